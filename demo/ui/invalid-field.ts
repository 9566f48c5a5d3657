/** A field that a user fills in. */
type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Reads a field. If its value is refused, the field is marked as invalid until it is read again, is described by the
 * form's problem, and gets the focus: the problem is shown below many fields.
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
function markField(field: Field): void {
  field.setAttribute('aria-invalid', 'true');
  const problem = field.form?.querySelector('[role=alert]');
  if (problem) field.setAttribute('aria-describedby', problem.id);
  field.focus();
}

export function clearField(field: Field): void {
  field.removeAttribute('aria-invalid');
  field.removeAttribute('aria-describedby');
}
