import * as vega from 'vega'
import { expressionInterpreter } from 'vega-interpreter'
import { compile } from 'vega-lite'
import type { TopLevelSpec } from 'vega-lite'
import { CONFIG } from '../report/charts/drawing/theme.ts'

/** A chart as SVG, whose marks say what they stand for; without making code of text, which the page's policy forbids. */
export async function draw(spec: TopLevelSpec): Promise<string> {
  const compiled = compile(spec, { config: { ...CONFIG, aria: true } })
  const runtime = vega.parse(compiled.spec, undefined, { ast: true })
  const view = new vega.View(runtime, { renderer: 'none', expr: expressionInterpreter })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
