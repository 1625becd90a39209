/**
 * Text on its way to a terminal. Keys, names and values are strangers': a control character in them would move the cursor or
 * change the window's title, and a bidirectional one show another text than there is (Unicode Technical Report 36, "Unicode
 * Security Considerations").
 */

/** Control characters but line breaks and tabs, and those that turn the direction of text. */
const dangerous = new RegExp(
  "[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069]",
  "g",
);

/** What this program writes itself: bold, dim and colours, and line ends of CSV. */
const own = /^(\u001b\[\d{1,2}m|\r\n)/;

/** `text` with what is dangerous written as escapes, e.g. `\u001b`: also in JSON they mean the same. */
export function terminalText(text: string): string {
  return text.replace(dangerous, (character, index: number) =>
    own.test(text.slice(index, index + 6)) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
