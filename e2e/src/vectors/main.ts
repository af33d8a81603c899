import { familyNames, loadFamily } from './families.ts';

for (const family of process.argv.slice(2)) {
  if ((await loadFamily(family)) === undefined) {
    console.error(`unknown family '${family}'; there are: ${familyNames.join(', ')}`);
    process.exitCode = 2;
  }
}
