import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, type CommandTemplate, fillCommand, parseCommandTemplate } from '../../../core/index.ts';
import { folderWithShow, outputsOf, printed } from '../../support/run-in-shell.ts';

function template(source: string | readonly string[]): CommandTemplate {
  const parsed = parseCommandTemplate(source);
  if (parsed.type === 'refused') throw new Error(`${source} is refused: ${parsed.reasons.join(' ')}`);
  return parsed.template;
}

function filled(source: string | readonly string[], values: Readonly<Record<string, string>>): CommandLine {
  const filling = fillCommand(template(source), values);
  if (filling.type === 'refused') throw new Error(`${source} is not filled: ${filling.reasons.join(' ')}`);
  return filling.command;
}

const textOf = (command: CommandLine): string => (command.type === 'shell' ? command.text : '');

const refusal = (source: string | readonly string[]): readonly string[] => {
  const parsed = parseCommandTemplate(source);
  return parsed.type === 'refused' ? parsed.reasons : [];
};

const valueRefusal = (source: string | readonly string[], values: Readonly<Record<string, string>>) => {
  const filling = fillCommand(template(source), values);
  return filling.type === 'refused' ? filling.reasons : [];
};

/** Values that do harm, leave a file behind or break apart, wherever they are pasted into a text for a shell. */
const HOSTILE = [
  'plain.sql',
  "it's.sql",
  'a"b.sql',
  'two words.sql',
  ' leading and trailing ',
  'line\nbreak.sql',
  'trailing newline\n',
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned;',
  '| touch pwned',
  '&& touch pwned #',
  "'; touch pwned; '",
  '"; touch pwned; "',
  "'$(touch pwned)'",
  '\ntouch pwned\n',
  '-rf',
  '--help',
  '*',
  '[a-z]?',
  '~',
  '~root/x',
  '$1',
  '${1}',
  '$HOME',
  '\\',
  '\\\\"',
  "\\'",
  '!history',
  '{a,b}',
  '{file}',
  '# no comment',
  '%s%n',
  'ünïcødé-日本-🚀',
  'é'.repeat(127),
  'x'.repeat(255),
  '\t\r\u0001\u007f',
  '=',
];

const atStart = (value: string): string => (value.startsWith('-') ? `./${value}` : value);

/** Each with what `show` is given for a value. */
const TEMPLATES: readonly (readonly [string, (value: string) => readonly string[]])[] = [
  ['show {file}', (v) => [atStart(v)]],
  ['show "{file}"', (v) => [atStart(v)]],
  ["show '{file}'", (v) => [atStart(v)]],
  ['show a{file}b', (v) => [`a${v}b`]],
  ['show "a {file} b"', (v) => [`a ${v} b`]],
  ["show 'it is {file}!'", (v) => [`it is ${v}!`]],
  ['show "a\'{file}\'b"', (v) => [`a'${v}'b`]],
  ['show \'a"{file}"b\'', (v) => [`a"${v}"b`]],
  ['show --file={file} --file="{file}"', (v) => [`--file=${v}`, `--file=${v}`]],
  ['show {file}{file} x{file}', (v) => [`${atStart(v)}${v}`, `x${v}`]],
  ['show {file}1 "{file}1" {file}[a]', (v) => [`${atStart(v)}1`, `${atStart(v)}1`, `${atStart(v)}[a]`]],
  ['show ""{file} "$NOTHING"{file} $NOTHING{file}', (v) => [atStart(v), atStart(v), atStart(v)]],
  ['F={file}; show "$F"', (v) => [v]],
  ['show \\{file} {file}', (v) => ['{file}', atStart(v)]],
  ['show \\\\{file} "\\\\{file}" \'\\{file}\'', (v) => [`\\${v}`, `\\${v}`, `\\${v}`]],
  ['show "\\"{file}\\"" \\\'{file}\\"', (v) => [`"${v}"`, `'${v}"`]],
  ["# don't {file}\nshow {file} # it's \"{file}\nshow x#'{file}'", (v) => [atStart(v), `x#${v}`]],
  ['show a\\\n{file} \\\n#b {file}', (v) => [`a${v}`]],
  ['case {file} in *) show {file};; esac', (v) => [atStart(v)]],
  ['for f in {file} x; do show "$f"; done', (v) => [atStart(v), 'x']],
  ['if true; then show {file}; fi && { show "b{file}"; } || show c', (v) => [atStart(v), `b${v}`]],
  ['{ show {file}; } 2>&1 && :', (v) => [atStart(v)]],
  [": <<'E' > /dev/null\ndon't \"\nE\nshow {file}", (v) => [atStart(v)]],
  [': <<-E > /dev/null; show {file}\n\tit\'s $HOME\n\tE\nshow "{file}"', (v) => [atStart(v), atStart(v)]],
  ['show "$(echo ")" \'"\' # it\'s )\n)" {file}', (v) => [') "', atStart(v)]],
  ['show `echo a \\`echo "\'"\\`` {file}', (v) => ['a', "'", atStart(v)]],
  ['show "${NOTHING:-it is $(echo "x}")}" {file}', (v) => ['it is x}', atStart(v)]],
  ["show ${NOTHING:-'}'} $((1 + (2))) {file}", (v) => ['}', '3', atStart(v)]],
  ['set -eu; show {file}', (v) => [atStart(v)]],
  ['sh -c \'show "$1"\' sh {file}', (v) => [atStart(v)]],
];

let folder = '';
beforeAll(async () => {
  folder = await folderWithShow();
});

/** Nothing but the program itself is there: no value has left a file behind. */
const expectNoHarm = (): void => expect(readdirSync(folder)).toEqual(['show']);

describe('a text for the shell', () => {
  it('gives a program each hostile value as it is, from every place', () => {
    const cases = TEMPLATES.flatMap(([source, expected]) =>
      HOSTILE.map((file) => ({ source, command: filled(source, { file }), wanted: printed(expected(file)) })),
    );
    const wanted = cases.map(({ source, wanted: text }) => [source, text]);
    for (const outputs of outputsOf(
      cases.map(({ command }) => command),
      folder,
    ))
      expect(outputs.map((output, index) => [cases[index]?.source, output])).toEqual(wanted);
    expectNoHarm();
  }, 240_000);

  it('is the same for every value: values are beside it, never in it', () => {
    for (const [source] of TEMPLATES)
      expect(new Set(HOSTILE.map((file) => textOf(filled(source, { file })))).size).toBe(1);
  });

  it('is spliced by the quotes around a placeholder', () => {
    expect(filled(`cp {file} "{file}" '{file}' x{name}`, { file: 'a b', name: 'c' })).toEqual({
      type: 'shell',
      text: `cp "\${1}" "\${1}" ''"\${1}"'' x"\${2}"`,
      positional: ['a b', 'c'],
    });
  });

  it('is left as it is where it has no placeholder, and then the shell has its own way', () => {
    for (const source of ['npm run build', 'set -- a; f() { echo $1; }; f "$@"', 'echo ${file} "${name}" $(date)', ''])
      expect(filled(source, {})).toEqual({ type: 'shell', text: source });
  });

  it('lists its placeholders in the order of their first use, known or not', () => {
    const names = (source: string | readonly string[]) => template(source).names;
    expect(names('x {dir} "{file}" {dir} {service_name} {nonsense} ${shell} {Big} { blank } {9} {}')).toEqual([
      'dir',
      'file',
      'service_name',
      'nonsense',
    ]);
    expect(names('x # {file}')).toEqual([]);
    expect(names(['x', '--a={name}{file}', '{name}', '${dir}'])).toEqual(['name', 'file']);
  });
});

describe('a placeholder is refused', () => {
  it.each([
    ['echo $(basename {file})', '{file} at character 17', 'inside of $(…)'],
    ['echo "$(basename "{file}")"', '{file} at character 19', 'inside of $(…)'],
    ['echo `basename {file}`', '{file} at character 16', 'inside of backticks'],
    ['echo "`basename {file}`"', '{file} at character 17', 'inside of backticks'],
    ['cat <<E\n{file}\nE', '{file} at character 9', 'inside of a here-document'],
    ["cat <<-'E' | sort\n\t{file}\n\tE", '{file} at character 20', 'inside of a here-document'],
    ['cat <<A <<B\n{name}\nA\n{file}\nB', '{name} at character 13', 'inside of a here-document'],
    ['cat <<< {file}', '{file} at character 9', 'behind <<<'],
    ['echo ${x:-{file}}', '{file} at character 11', 'inside of ${…}'],
    ['echo "${x:-{file}}"', '{file} at character 12', 'inside of ${…}'],
    ['echo $(({count}+1))', '{count} at character 9', 'inside of $((…))'],
    ["echo $'{file}'", '{file} at character 8', "inside of $'…'"],
    ['echo $"{file}"', '{file} at character 8', 'inside of $"…"'],
    ['diff <(sort {file}) x', '{file} at character 13', 'inside of <(…)'],
  ])('in %s', (source, place, where) => {
    const [reason] = refusal(source);
    expect(reason).toContain(`${place} of the command stands ${where}, where a value cannot be put in safely.`);
    expect(reason).toContain('; and use "$value" there');
  });

  it.each([
    ['((i = 1)); echo {file}', 'behind (('],
    ['f() { echo {file}; }; f x', 'in or behind a function'],
    ['f ( ) { true; }; echo {file}', 'in or behind a function'],
    ["echo $'it\\'s' {file}", "a backslash inside of $'…'"],
    ['echo "${x:-\'}" {file}', 'quotes inside of "${…}"'],
    ['echo $(case a in a) echo {file};; esac)', '"case" inside of $(…)'],
    ['echo $(cat <<E\n)\nE\n) {file}', '"<<" inside of $(…)'],
    ['cat <<E\n$(echo\nE\n)\nE\n echo {file}', 'a here-document with $(…)'],
    ['cat <<"E$x"\nE$x\necho {file}', 'the word behind <<'],
    ['cat <<E "\n" {file}\nE\n', 'a line end between << and its text'],
    ['echo $[1+1] {file}', 'behind $['],
  ])('behind what shells read differently, as in %s', (source, what) => {
    expect(refusal(source)).toHaveLength(1);
    expect(refusal(source)[0]).toContain(what);
    expect(refusal(source)[0]).toContain('script of its own');
    expect(refusal(source.replace('{file}', 'x'))).toEqual([]);
  });

  it('behind a backslash in double quotes, which does not make it plain text there', () => {
    expect(refusal('echo "\\{file}"')[0]).toContain('{file} at character 8 of the command stands behind a backslash');
  });

  it.each(['$1', '"$2"', '"$@"', '$*', '$#', '${1}', '${1:-x}', '${#}'])(
    'beside %s, which would be its value',
    (parameter) => {
      expect(refusal(`deploy ${parameter} {file}`)[0]).toContain('would be a value of a placeholder');
      expect(refusal(`deploy ${parameter}`)).toEqual([]);
    },
  );

  it.each(['set -- a b;', 'set $x;', 'shift;', 'for i in 1 2; do shift; done;', 'X=1 set -e y;', 'set -;'])(
    'beside %s which changes the values',
    (start) => expect(refusal(`${start} deploy {file}`)[0]).toContain('would change the values of its placeholders'),
  );

  it('by all reasons at once, each with its place and a way out', () => {
    const reasons = refusal('a $(b {file}) `c {name}` "\\{dir}" $1 {file}');
    expect(reasons.map((reason) => /^\S+ at character \d+/.exec(reason)?.[0])).toEqual([
      '{file} at character 7',
      '{name} at character 18',
      '{dir} at character 28',
      '$1 at character 35',
    ]);
  });
});

it.each([
  ["echo 'open", "The quote ' at character 6"],
  ['echo "open', 'The quote " at character 6'],
  ['echo "$(echo ")', 'The quote " at character 6'],
  ['echo `open', 'The backtick at character 6'],
  ['echo $(open', 'The $( at character 6'],
  ['echo ${open', 'The ${ at character 6'],
  ["# don't\necho 'it''s", "The quote ' at character 18"],
])('a quote that is never closed is refused, as in %s', (source, opened) => {
  expect(refusal(source)).toEqual([expect.stringContaining(`${opened} of the command is never closed`)]);
});

it('a text with a NUL character is refused', () => {
  expect(refusal('echo \0')).toEqual([expect.stringContaining('NUL')]);
  expect(refusal(['echo', '\0'])).toEqual([expect.stringContaining('NUL')]);
});

describe('a value is refused', () => {
  it.each(['x {name}', 'x "{name}"', "x ''{name}", 'x $y{name}', 'x > {name}', '{name}', 'x \\\n{name}'])(
    'where it begins a word with - and is no path, as in %s',
    (source) => {
      expect(valueRefusal(source, { name: '-rf' })).toEqual([
        expect.stringContaining('"-rf" of {name} would be read as an option'),
      ]);
      expect(valueRefusal(source, { name: 'r-f' })).toEqual([]);
    },
  );

  it('nowhere else for that, and never as a path', () => {
    expect(filled('x a{name} --n={name} {file} {dir} a{dir}', { name: '-n', file: '-f', dir: '-d' })).toMatchObject({
      positional: ['-n', './-f', './-d', '-d'],
    });
    expect(
      filled(['x', 'a{name}', '{file}', '--f={file}', '{dir}{name}'], { name: '-n', file: '-f', dir: '-d' }),
    ).toEqual({
      type: 'argv',
      argv: ['x', 'a-n', './-f', '--f=-f', './-d-n'],
    });
    expect(valueRefusal(['x', '{name}'], { name: '-n' })).toEqual([expect.stringContaining('as an option')]);
  });

  it('where it is empty, holds a NUL character or is not there, with all reasons at once', () => {
    expect(valueRefusal('x {file} {name} {dir} {toString}', { file: '', name: 'a\0', service_name: 'x' })).toEqual([
      expect.stringContaining('{file} is empty'),
      expect.stringContaining('{name} holds a NUL'),
      expect.stringContaining('{dir} has no value in this command. Use one of {file}, {name}, {service_name}'),
    ]);
  });

  it.each([
    'eval deploy {name}',
    'eval "deploy {name}"',
    'ssh host deploy {name}',
    "ssh host 'deploy {name}'",
    'sudo -u x ssh -p 22 host "deploy {name}"',
    "su deploy -c 'restart {name}'",
    'sh -c "deploy {name}"',
    "/usr/bin/env bash -euo pipefail -c 'deploy {name}'",
    "bash -c -o pipefail 'deploy {name}'",
    "dash -ec 'deploy {name}'",
    '"$SHELL" -c "deploy {name}"',
    '$RUNNER -c "deploy {name}"',
    "true && X=1 ksh  -c  'deploy {name}' > out",
    "find . -exec zsh -c 'deploy {name}' \\;",
    "sh -c > out 'deploy {name}'",
    'echo "deploy {name}" | sh',
    "{ printf 'deploy %s' {name}; } | sudo bash -s",
    'echo "deploy {name}" | ssh host',
    "trap 'deploy {name}' EXIT",
    `psql -c "SELECT '{name}'"`,
    `python3 -c 'print("{name}")'`,
    '[[ {name} -eq 1 ]]',
  ])('where a second program would read it: %s', (source) => {
    for (const name of ['a b', "a'", '$(touch pwned)', 'a;b', '*', '~', 'é', '-n'])
      expect([name, valueRefusal(source, { name })]).toMatchObject([
        name,
        [expect.stringContaining('{name} would be read ')],
      ]);
    expect(valueRefusal(source, { name: 'Orders_2-1.a@b%+=:,/x' })).toEqual([]);
  });

  it.each([
    [['bash', '-c', 'deploy {name}']],
    [['env', 'X=1', '/bin/sh', '-xc', 'deploy "{name}"', 'sh', 'x']],
    [['ssh', 'host', 'deploy {name}']],
    [['su', '-', 'deploy', '-c', 'deploy {name}']],
    [['docker', 'exec', 'app', 'ash', '-c', 'deploy {name}']],
  ])('where a second program would read it: %j', (source) => {
    expect(valueRefusal(source, { name: 'a b' })).toEqual([
      expect.stringMatching(/would be read by (bash|sh|ssh|su|ash) as part/),
    ]);
    expect(valueRefusal(source, { name: 'ab' })).toEqual([]);
  });

  it.each([
    ['sh -c \'deploy "$1"\' sh {name}'],
    ['rsync -e ssh {name} host:'],
    ['gunzip -c {name} | ssh host restore'],
    ['bash deploy.sh {name}'],
    ['psql -c "SELECT 1" -f {name}'],
    ['wc -c {name}'],
  ])('nowhere else for that: %s', (source) => expect(valueRefusal(source, { name: "a b'$(x)" })).toEqual([]));

  it('as a path that begins with - only for what else is wrong with it', () => {
    expect(filled('ssh host "cat {file}"', { file: '-f.sql' })).toMatchObject({ positional: ['./-f.sql'] });
  });
});

describe('a list of words', () => {
  it('takes each hostile value as it is, as a part of a word', () => {
    for (const file of HOSTILE) {
      const argv = ['show', atStart(file), `--file=${file}`, `"${file}"`, `${atStart(file)}${file}`];
      expect(filled(['show', '{file}', '--file={file}', '"{file}"', '{file}{file}'], { file })).toEqual({
        type: 'argv',
        argv,
      });
    }
  });
});

describe('whatever the text and the value', () => {
  const value = fc
    .oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.string({ minLength: 1, unit: fc.constantFrom(...'\'"$`\\(){};&|<>*?~#!-=% \n\tatouchpwned') }),
    )
    .filter((text) => text !== '' && !text.includes('\0') && !/\p{Cs}/u.test(text));

  interface Part {
    readonly source: string;
    readonly text: (value: string, isStart: boolean) => string;
  }
  const plain = fc.string({ unit: fc.constantFrom(...'ab\'"$`\\();&|<>*?~#! \n\t') }).map((text) => `${text}_`);
  const place: Part = { source: '{file}', text: (v, isStart) => (isStart ? atStart(v) : v) };
  const part = (quoted: (text: string) => string) =>
    fc.oneof(
      fc.constant(place),
      plain.map((text): Part => ({ source: quoted(text), text: () => text })),
    );
  const inQuotes = (quote: string, quoted: (text: string) => string) =>
    fc
      .array(part(quoted), { maxLength: 3 })
      .map((parts): readonly Part[] => [
        { source: quote, text: () => '' },
        ...parts,
        { source: quote, text: () => '' },
      ]);
  const word = fc
    .array(
      fc.oneof(
        fc.array(
          part((text) => text.replace(/[^a-z_]/g, (char) => (char === '\n' ? "'\n'" : `\\${char}`))),
          { maxLength: 2 },
        ),
        inQuotes('"', (text) => text.replace(/["$`\\]/g, '\\$&')),
        inQuotes("'", (text) => text.replaceAll("'", `'\\''`)),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.flat())
    .filter((parts) => parts.length > 0);
  const before = fc.constantFrom(
    '',
    '# it\'s "{file}`\n',
    ": <<'E'\nit's $( \"`\nE\n",
    ": <<E 'x'\nit's \"\nE\n",
    ': "$(echo "\'" # "\n)" `echo \\\'`; ',
    ": ${X:-'}'} ${#X} $((1+(2))) \"${X}'\" && ",
    'true | ',
    'if true; then :; fi; ',
  );
  const after = fc.constantFrom('', ' # don\'t {file} "', "; : 'x'", ' #`$(');

  const correct = fc.tuple(before, fc.array(word, { minLength: 1, maxLength: 4 }), after, value);

  it('the program has the value as it is, in quotes of any kind', () => {
    fc.assert(
      fc.property(fc.array(correct, { minLength: 100, maxLength: 100 }), (cases) => {
        const commands = cases.map(([start, words, end, file]) => {
          const sources = words.map((parts) => parts.map(({ source }) => source).join(''));
          return filled(`${start}show ${sources.join(' ')}${end}`, { file });
        });
        const wanted = cases.map(([, words, , file]) =>
          printed(words.map((parts) => parts.reduce((text, part) => text + part.text(file, text === ''), ''))),
        );
        expect(outputsOf(commands, folder)).toEqual([wanted, wanted]);
        expectNoHarm();
      }),
      { numRuns: 4 },
    );
  }, 240_000);

  // No `$$`, which differs from run to run, and no single `&`, behind which a command would print later.
  const token = fc.constantFrom(
    ...`show |show |{file}|{file}|{file}|'|'|"|"|\`|$(|)|(|\${X:-|}|$((|))| | |;|#|\\|$'|$"|<<E|<<-E|<<'E'|<<<|&&|x|case |$ `.split(
      '|',
    ),
    ...['|', '\n', '\nE\n'],
  );
  const soup = fc.tuple(
    fc
      .array(token, { minLength: 2, maxLength: 14 })
      .map((tokens) => `show {file} ${tokens.join('')}`.replaceAll('\\&', '&')),
    value.filter((text) => !/^-|\//.test(text)),
  );

  it('what is accepted does with any value what it does with a plain one', () => {
    fc.assert(
      fc.property(fc.array(soup, { minLength: 100, maxLength: 100 }), (cases) => {
        const accepted = cases.flatMap(([source, file]) => {
          const parsed = parseCommandTemplate(source);
          if (parsed.type === 'refused') return [];
          const both = ['qzq', file].map((one) => fillCommand(parsed.template, { file: one }));
          return both.every(({ type }) => type === 'filled') ? [{ source, file }] : [];
        });
        expect(accepted.length).toBeGreaterThan(10);
        const runWith = (choose: (file: string) => string) =>
          outputsOf(
            accepted.map(({ source, file }) => filled(source, { file: choose(file) })),
            folder,
            { apart: true },
          );
        const plainly = runWith(() => 'qzq');
        const hostile = runWith((file) => file);
        for (const [shell, outputs] of hostile.entries())
          for (const [index, { source, file }] of accepted.entries())
            expect([source, file, outputs[index]]).toEqual([
              source,
              file,
              plainly[shell]?.[index]?.replaceAll('qzq', () => file),
            ]);
        expectNoHarm();
      }),
      { numRuns: 2 },
    );
  }, 240_000);
});
