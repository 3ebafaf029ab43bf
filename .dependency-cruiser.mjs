/**
 * Who may import whom: docs/decisions and the map in the README say why, this says so on every check.
 * A lower layer never reaches up, packages know nothing of each other, and nothing goes round in a circle.
 */

/** The features of the server from the top down; one may call those below it. What is in no line is at the bottom. */
const serverFeatures = [
  ['setup'],
  ['users', 'delete-account', 'policy'],
  ['two-factor', 'password', 'email', 'profile', 'api-key', 'api-password', 'identity-keys', 'downloads'],
  ['forward-auth', 'introspection', 'recovery-codes'],
  ['callers'],
  ['sessions', 'sign-in', 'step-up'],
]

/** The browser app from the top down. */
const webLayers = [
  'main\\.tsx$',
  'routes\\.tsx$',
  '(pages|shell)/',
  'features/',
  '(forms|api|messages|enrolment|credentials)/',
]

const tests = '(\\.test\\.tsx?$|/testing[^/]*(/|\\.ts$))'

/** @param {string} name @param {object} from @param {object} to @param {string} [comment] */
const never = (name, from, to, comment) => ({ name, severity: 'error', from, to, ...(comment && { comment }) })

/** @param {string[]} names */
const server = (names) => `^apps/server/src/(${names.join('|')})/`

export default {
  forbidden: [
    never('no-circles', {}, { circular: true }),
    never('found', {}, { couldNotResolve: true }),
    never(
      'packages-stand-alone',
      { path: '^packages/([^/]+)/' },
      { path: '^(apps|e2e|scripts|packages)/', pathNot: '^packages/$1/' },
    ),
    never('server-imports', { path: '^apps/server/' }, { path: '^(apps/web|packages/ui|e2e|scripts)/' }),
    never('web-imports', { path: '^apps/web/' }, { path: '^(apps/server|packages/(auth-core|db)|e2e|scripts)/' }),
    never('e2e-imports', { path: '^e2e/' }, { path: '^(apps|scripts|packages/(db|ui))/' }),
    never('tests-are-for-tests', { pathNot: `${tests}|^(e2e|scripts)/|/bench/` }, { path: tests }),

    never('only-main-starts-the-server', { path: '^apps/server/src/' }, { path: '^apps/server/src/main\\.ts$' }),
    never(
      'only-the-start-makes-the-app',
      { path: '^apps/server/src/', pathNot: `/start\\.ts$|^apps/server/src/cli/|${tests}` },
      { path: '^apps/server/src/app\\.ts$' },
    ),
    never(
      'only-the-app-knows-routes',
      { path: '^apps/server/src/', pathNot: `^apps/server/src/app\\.ts$|${tests}` },
      { path: '\\.routes\\.ts$' },
    ),
    ...serverFeatures.flatMap((names, level) => {
      const above = serverFeatures.slice(0, level).flat()
      return above.length
        ? [never(`server-order-${names[0]}`, { path: server(names), pathNot: tests }, { path: server(above) })]
        : []
    }),
    never(
      'server-order-bottom',
      {
        path: '^apps/server/src/',
        pathNot: [server([...serverFeatures.flat(), 'cli']), '^apps/server/src/(main|start|app)\\.ts$', tests],
      },
      { path: server(serverFeatures.flat()) },
    ),

    never(
      'web-features-stand-alone',
      { path: '^apps/web/src/features/([^/]+)/' },
      { path: '^apps/web/src/features/', pathNot: '^apps/web/src/features/$1/' },
    ),
    ...webLayers
      .slice(1)
      .map((layer, level) =>
        never(
          `web-order-${level + 1}`,
          { path: `^apps/web/src/${layer}` },
          { path: `^apps/web/src/(${webLayers.slice(0, level + 1).join('|')})` },
        ),
      ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|migrations|test-results)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
    moduleSystems: ['es6'],
  },
}
