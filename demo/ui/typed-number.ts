/**
 * Reads a number that a user typed. Written as the page prints it, `12,000`, or with a decimal comma, it could mean two
 * things. So it is refused rather than guessed: as text it would be stored, but nothing would steer toward it.
 *
 * @param label the field's name, for the refusal
 */
export function typedNumber(text: string, label: string): number {
  const typed = text.trim();
  const number = Number(typed);
  if (typed !== '' && Number.isFinite(number)) return number;
  throw new Error(`${label}: “${typed}” is not a number. Write it without thousands separators and with a decimal point, such as 12000 or 10.5.`);
}
