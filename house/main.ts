import { countPackage } from './count.ts';
import { house } from './plan.ts';

/** Prints the figures of each package; fails if anything violates the plan. */
function main(): void {
  const counts = Object.entries(house).map(([name, plan]) => ({
    name,
    ...countPackage(`packages/${name}/src`, plan),
  }));
  console.table(
    Object.fromEntries(
      counts.map(({ name, files, folders, up, circles, chain }) => [
        name,
        { files, folders, up: up.length, circles: circles.length, chain: chain.length },
      ]),
    ),
  );
  for (const { name, up, circles } of counts) {
    for (const arrow of up) console.log(`${name}: goes up: ${arrow}`);
    for (const circle of circles) console.log(`${name}: a circle: ${circle.join(', ')}`);
    if (up.length + circles.length > 0) process.exitCode = 1;
  }
}

main();
