// Before the first paint, so that a chosen theme does not flash; src/use/theme.ts writes what is read here.
try {
  const theme = localStorage.getItem('restmapper.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A browser that forbids storage follows the system's setting.
}
