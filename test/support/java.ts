import { execFileSync } from 'node:child_process';

let shown: string | undefined;

/** A property of the Java on the PATH, which is asked once; `undefined` where it has none of this name. */
export const javaProperty = (name: string): string | undefined => {
  shown ??= execFileSync('sh', ['-c', 'java -XshowSettings:properties -version 2>&1'], {
    encoding: 'utf8',
  });
  const [, value] =
    shown
      .split('\n')
      .map((line) => line.trim().split(' = '))
      .find(([found]) => found === name) ?? [];
  return value;
};
