/** One content line (RFC 5545 §3.1), unfolded. Names are in upper case; parameter values without their quotes. */
export interface Line {
  readonly name: string
  readonly params: ReadonlyMap<string, readonly string[]>
  readonly value: string
}

/** One component with its properties and the components in it. */
export interface Component {
  readonly name: string
  readonly lines: readonly Line[]
  readonly components: readonly Component[]
}

/** Reads one iCalendar stream into its only VCALENDAR. Throws when the nesting is broken or a line is not one. */
export function readCalendar(text: string): Component {
  const root = { name: '', lines: [] as Line[], components: [] as Component[] }
  const stack = [root]
  for (const line of unfold(text)) {
    const at = stack.at(-1) ?? root
    if (line.name === 'BEGIN') {
      const opened = { name: line.value.toUpperCase(), lines: [], components: [] }
      at.components.push(opened)
      stack.push(opened)
    } else if (line.name === 'END') {
      if (at.name !== line.value.toUpperCase()) throw new Error(`END:${line.value} ends ${at.name}`)
      stack.pop()
    } else {
      at.lines.push(line)
    }
  }
  const [calendar] = root.components
  if (stack.length !== 1 || calendar?.name !== 'VCALENDAR') throw new Error('the text is not one VCALENDAR')
  return calendar
}

function unfold(text: string): Line[] {
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
  return lines.filter((line) => line !== '').map(readLine)
}

function readLine(line: string): Line {
  const match = /^([A-Za-z0-9-]+)((?:;[^=;:]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s.exec(
    line,
  )
  if (match === null) throw new Error(`not a content line: ${line}`)
  const [, name = '', params = '', value = ''] = match
  return { name: name.toUpperCase(), params: readParams(params), value }
}

function readParams(text: string): Map<string, readonly string[]> {
  const params = new Map<string, readonly string[]>()
  for (const [, name = '', values = ''] of text.matchAll(/;([^=;:]+)=((?:"[^"]*"|[^";])*)/g)) {
    const each = values.match(/"[^"]*"|[^",]+/g) ?? ['']
    params.set(
      name.toUpperCase(),
      each.map((value) => value.replace(/^"|"$/g, '')),
    )
  }
  return params
}

/** The components of that name directly inside. */
export function componentsOf(parent: Component, name: string): readonly Component[] {
  return parent.components.filter((each) => each.name === name)
}

/** The first property of that name, or undefined. */
export function lineOf(component: Component | undefined, name: string): Line | undefined {
  return component?.lines.find((line) => line.name === name)
}

/** The value of the first property of that name; the empty string when there is none. */
export function textValue(component: Component | undefined, name: string): string {
  return lineOf(component, name)?.value ?? ''
}

/** The first value of a parameter in upper case, or undefined. */
export function paramOf(line: Line | undefined, name: string): string | undefined {
  return line?.params.get(name)?.[0]
}

/** Every line of a component and all in it as sorted text, for comparing two texts whose order may differ. */
export function canonical(component: Component): string {
  const lines = component.lines.map((line) => {
    const params = [...line.params].map(([name, values]) => `;${name}=${values.join(',')}`)
    return `${line.name}${params.sort().join('')}:${line.value}`
  })
  const inside = component.components.map(canonical)
  return [`BEGIN:${component.name}`, ...lines.sort(), ...inside.sort(), `END:${component.name}`].join('\n')
}
