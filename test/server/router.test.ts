import { expect, test } from 'vitest'
import { answerOf } from '../../src/server/http.ts'
import { router } from '../../src/server/router.ts'

const get = () => answerOf(null)
const routes = router<undefined>(
  ['/a', '/a/:name', '/a/:name/all', '/a/:name/:other', '/a/:name/:other/end'].map((path) => ({
    path,
    action: path,
    get,
  })),
)

test.each([
  ['/a', '/a', {}],
  ['/a/b', '/a/:name', { name: 'b' }],
  ['/a/b/all', '/a/:name/all', { name: 'b' }],
  ['/a/b/al', '/a/:name/:other', { name: 'b', other: 'al' }],
  ['/a/%C3%BC%2F/%zz/end', '/a/:name/:other/end', { name: 'ü/', other: '%zz' }],
])('the path %s is %s', (path, route, names) => {
  expect(routes.find(path)).toMatchObject({ route: { path: route }, names })
})

test.each(['/', '', '/b', '/a/', '/a//all', '/a/b/c/d', '/A', '/a/:name/:other/end/end'])(
  'the path %j is no route',
  (path) => {
    expect(routes.find(path)).toBeUndefined()
  },
)
