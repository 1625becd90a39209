/**
 * The power plants that the generated sample is about: their plant and unit codes and sizes are those of real plants,
 * so that the data looks familiar; every measurement is made up.
 */
import type { SampleState } from "./schema";

/** How a unit is run: all the time, on weekdays, or for the process steam of a neighbour. */
export type Duty = "base" | "cycling" | "steam";

/** One boiler. */
export interface Unit {
  readonly plant: number;
  readonly id: string;
  /** Size in MW; for duty `steam` the electrical equivalent. */
  readonly megawatts: number;
  readonly duty: Duty;
  /** Hours from local standard time to UTC. */
  readonly hoursToUtc: number;
  /** False for a unit whose CO2 was never reported. */
  readonly reportsCo2: boolean;
}

/** One state's units, and how its file departs from a whole year for each of them. */
export interface Fleet {
  readonly units: readonly Unit[];
  /** Rows of the file: the last unit has what is left after whole years for the units before it. */
  readonly rows: number;
  /** Whether the last, incomplete unit ran from New Year or until New Year's Eve. */
  readonly lastUnit: "retires" | "starts";
  /** Scales all loads, so that a month's tons are of the real order. */
  readonly loading: number;
}

/** Unit codes and sizes of one plant, e.g. `"1:600 2:600 3:650"`. */
function plant(
  code: number,
  units: string,
  more: { hoursToUtc?: number; reportsCo2?: boolean; duty?: Duty } = {},
): Unit[] {
  return units.split(" ").map((text) => {
    const [id = "", size = ""] = text.split(":");
    const megawatts = Number(size);
    const duty = more.duty ?? (megawatts >= 200 ? "base" : "cycling");
    return { plant: code, id, megawatts, duty, hoursToUtc: more.hoursToUtc ?? 5, reportsCo2: more.reportsCo2 ?? true };
  });
}

/** The plants by state, in the order of the file. */
export const FLEETS: Readonly<Record<SampleState, Fleet>> = {
  OH: {
    // 73 units for the whole leap year and one for its first three quarters.
    rows: 647_808,
    lastUnit: "retires",
    loading: 0.914,
    units: [
      ...plant(2828, "1:600 2:600 3:650"),
      ...plant(2830, "1:115 2:115 3:128 4:163 5:245 6:460"),
      ...plant(2832, "5-1:50 5-2:50 6:163 7:557 8:557"),
      ...plant(2835, "7:256"),
      ...plant(2836, "9:86 10:86 11:86 12:680"),
      ...plant(2837, "1:132 2:132 3:132 4:240 5:597"),
      ...plant(2838, "18:245"),
      ...plant(2840, "1:148 2:136 3:162 4:780 5:375 6:375"),
      ...plant(2843, "9:100"),
      ...plant(2848, "H-1:65 H-2:65 H-3:65 H-4:65 H-5:65 H-6:65"),
      ...plant(2850, "1:585 2:585 3:585 4:585"),
      ...plant(2861, "1:108 2:108"),
      ...plant(2864, "5:47 6:47 7:156 8:156"),
      ...plant(2866, "1:180 2:180 3:180 4:180 5:300 6:600 7:600"),
      ...plant(2872, "1:205 2:205 3:215 4:215 5:585"),
      ...plant(2876, "1:217 2:217 3:217 4:217 5:217"),
      ...plant(2878, "1:140 2:138 3:142 4:215"),
      ...plant(2917, "9:50", { duty: "steam" }),
      ...plant(6019, "1:1300"),
      ...plant(6031, "2:600"),
      ...plant(8102, "1:1300 2:1300"),
    ],
  },
  IN: {
    // 70 units for the whole leap year and one from the first of October.
    rows: 617_088,
    lastUnit: "starts",
    loading: 0.768,
    units: [
      ...plant(981, "3:190 4:318", { hoursToUtc: 6 }),
      ...plant(983, "1:217 2:217 3:217 4:217 5:217 6:217"),
      ...plant(988, "U1:153 U2:153 U3:215 U4:531"),
      ...plant(990, "50:113 60:113 70:471"),
      ...plant(991, "3:43 4:69 5:69 6:114"),
      ...plant(994, "1:253 2:471 3:574 4:574"),
      ...plant(995, "7:194 8:422", { hoursToUtc: 6 }),
      ...plant(996, "4:138 5:138 6:138 11:115", { hoursToUtc: 6 }),
      ...plant(997, "12:540", { hoursToUtc: 6 }),
      ...plant(1001, "1:531 2:531"),
      ...plant(1007, "1:50 2:50 3:50"),
      ...plant(1008, "1:150 2:150 3:150 4:150"),
      ...plant(1010, "1:113 2:113 3:123 4:113 5:125 6:387"),
      ...plant(1012, "1:46 2:104 3:265", { hoursToUtc: 6 }),
      ...plant(1040, "1:35 2:65"),
      ...plant(1043, "1SG1:117 2SG1:117"),
      ...plant(6085, "14:540 15:556 17:424 18:424", { hoursToUtc: 6 }),
      ...plant(6113, "1:668 2:668 3:668 4:668 5:668", { hoursToUtc: 6 }),
      ...plant(6137, "1:265 2:265", { hoursToUtc: 6 }),
      ...plant(6166, "MB1:1300 MB2:1300", { hoursToUtc: 6, reportsCo2: false }),
      ...plant(6213, "1SG1:500 2SG1:500"),
      ...plant(6705, "1:136 2:136 3:136 4:300", { hoursToUtc: 6, duty: "steam" }),
    ],
  },
};
