/**
 * The elementary functions that may reach a result. `Math.log`, `exp`, `pow`, `sin` … differ in the last bits between
 * versions of V8; these are computed in plain arithmetic and are the same everywhere. `Math.sqrt`, `floor`, `min`,
 * `abs` are exact by IEEE 754 and ECMAScript and need no substitute; sqrt stands here to complete the set.
 */
import cos from '@stdlib/math-base-special-cos'
import exp from '@stdlib/math-base-special-exp'
import ln from '@stdlib/math-base-special-ln'
import pow from '@stdlib/math-base-special-pow'
import sin from '@stdlib/math-base-special-sin'

const sqrt: (x: number) => number = Math.sqrt

export { cos, exp, ln, pow, sin, sqrt }
