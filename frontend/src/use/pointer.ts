let isPressed = false;

// While capturing, so that nobody on the way can keep them.
document.addEventListener('pointerdown', () => (isPressed = true), { capture: true });
for (const type of ['pointerup', 'pointercancel']) {
  document.addEventListener(type, () => (isPressed = false), { capture: true });
}

/**
 * Runs a function that moves things on the page: at once, or, while a button is pressed, after the click.
 * What is being clicked would otherwise slip away from under the pointer.
 */
export function afterPress(run: () => void): void {
  if (!isPressed) return run();
  // The click follows in the same turn.
  const later = () => void setTimeout(run);
  document.addEventListener('pointerup', later, { once: true });
}
