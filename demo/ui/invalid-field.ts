/** A field that a person fills in. */
type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Reads a field. When what is typed is refused, the field is marked as the culprit until it is read again, has the form's problem as its
 * description, and gets the focus: a form has many fields, and the problem stands below them.
 *
 * @throws whatever `read` throws
 */
export function readField<T>(field: Field, read: (typed: string) => T): T {
  clearField(field);
  try {
    return read(field.value);
  } catch (error) {
    markField(field);
    throw error;
  }
}

/** Marks a field as the one that the form's problem is about. */
export function markField(field: Field): void {
  field.setAttribute('aria-invalid', 'true');
  const problem = field.form?.querySelector('[role=alert]');
  if (problem) field.setAttribute('aria-describedby', problem.id);
  field.focus();
}

/** Takes the mark away. */
export function clearField(field: Field): void {
  field.removeAttribute('aria-invalid');
  field.removeAttribute('aria-describedby');
}
