/**
 * What the page does where scripts run: times of the reader's own zone, pages of changes, chosen columns, and, where a server is
 * behind it, news and actions. The function's text is the script, so that it takes nothing from outside of itself. It writes text,
 * never markup, but for what the server itself sends as the new page.
 */

/** Runs in the page. */
export function pageScript(): void {
  const byId = (id: string): HTMLElement | null => document.getElementById(id);
  const all = <E extends Element>(selector: string, within: ParentNode = document): E[] => [
    ...within.querySelectorAll<E>(selector),
  ];
  const make = (tag: string, text: string, look = ""): HTMLElement => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (look) element.className = look;
    return element;
  };

  /** Of what is shown only: a large page has thousands. */
  const localTimes = (within: ParentNode): void => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone === "UTC" || zone === "Etc/UTC") return;
    const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
    for (const time of all<HTMLTimeElement>("time:not([data-local])", within)) {
      const moment = new Date(time.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      const utc = time.textContent ?? "";
      time.dataset.local = "";
      time.textContent = format.format(moment);
      time.append(make("small", utc));
    }
  };

  const showPlace = (focus: boolean): void => {
    const target = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    const view = target?.closest(".view") ?? byId("overview");
    const part: Record<string, string> = { why: "changes", run: "runs", table: "tables" };
    const [kind = ""] = (view?.id ?? "").split("/");
    for (const link of all<HTMLAnchorElement>("nav a")) {
      if (link.getAttribute("href") === `#${part[kind] ?? kind}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (view) localTimes(view);
    const heading = view?.querySelector("h1");
    document.title = [heading?.textContent?.trim().slice(0, 80), document.title.split(" · ").at(-1)]
      .filter(Boolean)
      .join(" · ");
    if (!focus || target !== view) return;
    heading?.focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const changePages = (): void => {
    const data = byId("change-data");
    const body = byId("change-table")?.querySelector("tbody");
    const find = byId("find-change") as HTMLInputElement | null;
    const pages = byId("change-pages");
    if (!data || !body || !find || !pages) return;
    const size = 25;
    const rows = JSON.parse(data.textContent ?? "[]") as string[][];
    if (rows.length <= size) return;
    const standing = pages.textContent ?? "";
    let page = 0;
    const draw = (): void => {
      const wanted = find.value.toLowerCase();
      const found =
        wanted === "" ? rows : rows.filter((row) => row.slice(0, 7).join(" ").toLowerCase().includes(wanted));
      const last = Math.max(0, Math.ceil(found.length / size) - 1);
      page = Math.min(page, last);
      body.replaceChildren(
        ...found.slice(page * size, (page + 1) * size).map((row) => {
          const line = document.createElement("tr");
          row.slice(0, 7).forEach((text, index) => {
            const cell = make(index === 1 ? "th" : "td", text, index > 3 ? "n" : index === 3 ? "data" : "");
            if (index === 1) cell.setAttribute("scope", "row");
            line.append(cell);
          });
          const why = document.createElement("td");
          if (row[7]) {
            const link = make("a", "why") as HTMLAnchorElement;
            link.href = `#${row[7]}`;
            link.append(make("span", ` ${row[2]} of ${row[3]} moved`, "unseen"));
            why.append(link);
          }
          line.append(why);
          return line;
        }),
      );
      const go = (words: string, to: number): HTMLButtonElement => {
        const button = make("button", words) as HTMLButtonElement;
        button.type = "button";
        button.disabled = to < 0 || to > last;
        button.addEventListener("click", () => {
          page = to;
          draw();
          all<HTMLButtonElement>("button:not(:disabled)", pages)
            .find((each) => each.textContent === words)
            ?.focus();
        });
        return button;
      };
      pages.replaceChildren(
        go("Larger", page - 1),
        make(
          "span",
          `${(page * size + 1).toLocaleString()}–${Math.min((page + 1) * size, found.length).toLocaleString()} of ${found.length.toLocaleString()}${found.length === rows.length ? `. ${standing}` : " found"}`,
        ),
        go("Smaller", page + 1),
      );
    };
    find.hidden = false;
    const label = find.parentElement?.querySelector("label");
    if (label) label.hidden = false;
    find.addEventListener("input", () => {
      page = 0;
      draw();
    });
    draw();
  };

  const chooseColumns = (): void => {
    const drawing = byId("lineage-drawing");
    const columns = drawing ? all<SVGGElement>("[data-column]", drawing) : [];
    if (!drawing || columns.length === 0) return;
    const curves = all<SVGPathElement>("path[data-from]", drawing);
    const boxOf = (place: string): string => place.split("\n")[0] ?? "";
    const said = byId("lineage-chosen");
    let chosen = "";
    const walk = (start: string, up: boolean): Set<string> => {
      const [from, to] = up ? ["to", "from"] : ["from", "to"];
      const seen = new Set([start]);
      const waiting = [start];
      for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
        for (const curve of curves) {
          const begin = curve.dataset[from ?? ""] ?? "";
          const end = curve.dataset[to ?? ""] ?? "";
          // What decides a table's rows decides all its columns.
          if (begin !== place && begin !== boxOf(place)) continue;
          curve.classList.add("lit");
          const reached =
            end.includes("\n") || up
              ? [end]
              : [end, ...columns.map((each) => each.dataset.column ?? "").filter((each) => boxOf(each) === end)];
          for (const each of reached) {
            if (seen.has(each)) continue;
            seen.add(each);
            waiting.push(each);
          }
        }
      }
      return seen;
    };
    const choose = (place: string): void => {
      chosen = chosen === place ? "" : place;
      for (const each of [...curves, ...columns]) each.classList.remove("lit", "root");
      drawing.classList.toggle("chosen", chosen !== "");
      for (const each of columns) each.setAttribute("aria-pressed", String(each.dataset.column === chosen));
      if (chosen === "") {
        if (said) said.textContent = "";
        return;
      }
      const behind = walk(chosen, true);
      const fed = walk(chosen, false);
      const named = (places: Set<string>): string => {
        const names = [...places]
          .filter((each) => each !== chosen && each.includes("\n"))
          .map((each) => each.split("\n").join(".").split(".").slice(-2).join("."));
        return names.length === 0
          ? "nothing"
          : names.slice(0, 12).join(", ") + (names.length > 12 ? ` and ${names.length - 12} more` : "");
      };
      for (const column of columns) {
        const own = column.dataset.column ?? "";
        if (own === chosen) column.classList.add("lit", "root");
        else if (behind.has(own) || fed.has(own)) column.classList.add("lit");
      }
      if (said) said.textContent = `Behind ${chosen.split("\n")[1] ?? ""}: ${named(behind)}. It feeds: ${named(fed)}.`;
    };
    drawing.dataset.choosing = "";
    for (const hint of all<HTMLElement>("#lineage-hint .scripted")) hint.hidden = false;
    columns.forEach((column, index) => {
      column.setAttribute("role", "button");
      column.setAttribute("tabindex", index === 0 ? "0" : "-1");
      column.setAttribute("aria-pressed", "false");
      column.setAttribute("aria-label", (column.dataset.column ?? "").split("\n").join(", column "));
      column.addEventListener("click", () => choose(column.dataset.column ?? ""));
      column.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          choose(column.dataset.column ?? "");
        }
      });
    });
    rove(columns);
  };

  /** One of a row is in the tab order, arrow keys go on to the others. */
  const rove = (items: readonly (HTMLElement | SVGElement)[]): void => {
    items.forEach((item, index) => {
      item.setAttribute("tabindex", index === 0 ? "0" : "-1");
      item.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[(event as KeyboardEvent).key];
        const next = by === undefined ? undefined : items[index + by];
        if (!next) return;
        event.preventDefault();
        item.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      });
    });
  };

  const prepare = (): void => {
    for (const place of all("header, footer")) localTimes(place);
    changePages();
    chooseColumns();
    for (const row of all<HTMLElement>(".marks")) rove(all<HTMLElement>("a", row));
  };

  const live = (): void => {
    const said = /^#token=([\w-]+)$/.exec(location.hash);
    if (said?.[1]) {
      sessionStorage.setItem("token", said[1]);
      history.replaceState(null, "", location.pathname);
    }
    const token = sessionStorage.getItem("token");
    const state = byId("live");
    const news = new EventSource("/events");
    news.addEventListener("open", () => state?.classList.remove("lost"));
    news.addEventListener("error", () => state?.classList.add("lost"));
    news.addEventListener("page", () => {
      fetch("/")
        .then((answer) => answer.text())
        .then((text) => take(new DOMParser().parseFromString(text, "text/html")))
        .catch(() => state?.classList.add("lost"));
    });
    /** Places stay the elements that they are, so that the one which is shown stays shown; their content is the new page's. */
    const take = (page: Document): void => {
      const main = byId("main");
      const opened = new Set(
        all<HTMLDetailsElement>("details[open]").map(
          (each) => `${each.closest("[id]")?.id ?? ""} ${each.querySelector("summary")?.textContent ?? ""}`,
        ),
      );
      const fresh = all<HTMLElement>("#main > .view", page);
      for (const old of all<HTMLElement>("#main > .view")) if (!fresh.some(({ id }) => id === old.id)) old.remove();
      for (const view of fresh) {
        const old = byId(view.id);
        if (old) old.replaceChildren(...view.childNodes);
        else main?.append(view);
      }
      const foot = page.querySelector("footer");
      if (foot) document.querySelector("footer")?.replaceChildren(...foot.childNodes);
      for (const each of all<HTMLDetailsElement>("details:not([open])")) {
        if (opened.has(`${each.closest("[id]")?.id ?? ""} ${each.querySelector("summary")?.textContent ?? ""}`))
          each.open = true;
      }
      prepare();
      offer();
      showPlace(false);
    };
    const dialog = byId("act") as HTMLDialogElement | null;
    const body = byId("act-body");
    const confirm = byId("act-do") as HTMLButtonElement | null;
    const ask = async (path: string, order: unknown): Promise<string[]> => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token ?? ""}` };
      const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(order) });
      const { lines } = (await answer.json()) as { lines: string[] };
      if (!answer.ok) throw new Error(lines.join(" "));
      return lines;
    };
    const say = (lines: readonly string[], look = ""): void =>
      body?.replaceChildren(...lines.map((line) => make("p", line, look)));
    let order: unknown;
    const offer = (): void => {
      for (const button of all<HTMLButtonElement>("button[data-act]")) {
        button.hidden = false;
        const fields = button.closest<HTMLElement>(".order");
        if (fields) fields.hidden = false;
        button.addEventListener("click", () => {
          const fields = all<HTMLInputElement | HTMLSelectElement>("input, select", button.closest(".order") ?? button);
          const given = fields.filter(({ value }) => value !== "").map(({ name, value }) => [name, value] as const);
          order = { ...button.dataset, ...Object.fromEntries(given) };
          if (!confirm) return;
          confirm.disabled = true;
          say(["Looking …"]);
          dialog?.showModal();
          ask("/plan", order)
            .then((lines) => {
              say(lines);
              confirm.disabled = false;
            })
            .catch((error: Error) => say([error.message], "badge bad"));
        });
      }
    };
    confirm?.addEventListener("click", () => {
      confirm.disabled = true;
      ask("/do", order)
        .then(() => dialog?.close())
        .catch((error: Error) => say([error.message], "badge bad"));
    });
    byId("act-cancel")?.addEventListener("click", () => dialog?.close());
    if (token) offer();
  };

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-stay]");
    const target = link && byId(decodeURIComponent((link.getAttribute("href") ?? "#").slice(1)));
    if (!target) return;
    event.preventDefault();
    target.setAttribute("tabindex", "-1");
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
  addEventListener("hashchange", () => showPlace(true));
  prepare();
  showPlace(false);
  if ("live" in document.body.dataset) live();
}
