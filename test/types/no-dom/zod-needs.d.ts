/** The one name that zod's own declarations want of the realm; Node has it too. */
interface URL {
  readonly href: string;
}
