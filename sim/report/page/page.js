/*
 * What moves on the page: light and dark, the choice of a run, and the replay of its network. Runs in
 * the browser, from within the file, with no other.
 */

const themes = document.querySelector('.theme')
themes?.addEventListener('click', () => {
  const root = document.documentElement
  const isDark =
    root.dataset.theme === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : root.dataset.theme === 'dark'
  root.dataset.theme = isDark ? 'light' : 'dark'
})

for (const button of document.querySelectorAll('.run-choice button'))
  button.addEventListener('click', () => {
    for (const other of document.querySelectorAll('.run-choice button'))
      other.setAttribute('aria-pressed', String(other === button))
    for (const run of document.querySelectorAll('.run')) run.hidden = run.id !== button.value
  })

const SVG = 'http://www.w3.org/2000/svg'
const DAY_MS = 86_400_000
/** Seconds that a whole replay takes at its usual speed. */
const REPLAY_S = 40
/** How long a packet is seen, in ms of the viewer's time. */
const PACKET_MS = 450
/** The picture on a desk, and on a phone, where rings stand below each other; in its own units. */
const DESK = { width: 900, height: 440 }
const PHONE = { width: 440, height: 560 }
/** A page that is narrower, in px, is a phone's. */
const PHONE_PX = 560
/** Room around a ring for names. */
const RING_MARGIN = 45

function element(name, attributes = {}, parent) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  parent?.append(made)
  return made
}

const two = (value) => String(value).padStart(2, '0')
function clockText(ms) {
  const minutes = Math.floor((ms % DAY_MS) / 60_000)
  return `day ${Math.floor(ms / DAY_MS) + 1}, ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** The groups that can talk at a moment: the sides of all partitions that are open, combined. */
function groupsAt(run, at) {
  const open = run.partings.filter(({ from, to }) => from <= at && at < to)
  const groups = new Map()
  for (const [i] of run.nodes.entries()) {
    const key = open.map(({ sides }) => sides[i]).join()
    groups.set(key, [...(groups.get(key) ?? []), i])
  }
  return [...groups.values()]
}

/** Each group in a ring of its own, in a row along the longer side of the picture. */
function placesOf(groups, count, { width, height }) {
  const isWide = width > height
  const [long, short] = isWide ? [width, height] : [height, width]
  const widest = short / 2 - RING_MARGIN
  const rings = groups.map((members) => {
    const share = Math.sqrt(members.length / count)
    return { members, radius: members.length === 1 ? 0 : Math.max(40, widest * share) }
  })
  const total = rings.reduce((sum, { radius }) => sum + 2 * (radius + RING_MARGIN), 0)
  const scale = Math.min(1, long / total)
  const places = Array.from({ length: count }, () => [width / 2, height / 2])
  let along = (long - total * scale) / 2
  for (const { members, radius } of rings) {
    const middle = along + (radius + RING_MARGIN) * scale
    const [x, y] = isWide ? [middle, height / 2] : [width / 2, middle]
    for (const [k, i] of members.entries()) {
      const angle = (2 * Math.PI * k) / members.length - Math.PI / 2
      places[i] = [x + radius * scale * Math.cos(angle), y + radius * scale * Math.sin(angle)]
    }
    along += 2 * (radius + RING_MARGIN) * scale
  }
  return places
}

class Replay {
  constructor(root, run) {
    this.root = root
    this.run = run
    this.at = 0
    this.speed = 1
    this.isPlaying = false
    this.svg = root.querySelector('svg')
    this.frame = innerWidth < PHONE_PX ? PHONE : DESK
    this.svg.setAttribute('viewBox', `0 0 ${this.frame.width} ${this.frame.height}`)
    this.slider = root.querySelector('input')
    this.output = root.querySelector('output')
    this.caption = root.querySelector('.caption')
    this.button = root.querySelector('button')
    this.links = element('g', {}, this.svg)
    this.packets = element('g', {}, this.svg)
    this.nodes = run.nodes.map((node) => this.draw(node))
    this.lines = this.meshLines()
    this.button.addEventListener('click', () => (this.isPlaying ? this.pause() : this.play()))
    this.slider.addEventListener('input', () => {
      this.pause()
      this.show((Number(this.slider.value) / 1000) * run.endMs)
    })
    root.querySelector('select').addEventListener('change', ({ target }) => {
      this.speed = Number(target.value)
    })
    this.show(0)
  }

  draw({ name, weight }) {
    const group = element('g', { class: 'node' }, this.svg)
    const radius = 8 + 9 * Math.sqrt(weight / this.run.mostWeight)
    const circle = element('circle', { r: radius }, group)
    element('text', { y: radius + 13 }, group).textContent = this.run.nodes.length > 45 ? '' : name
    element('title', {}, group).textContent = name
    return { group, circle }
  }

  /** A faint mesh: each node and the next few of its ring, as far as a picture can carry. */
  meshLines() {
    const count = this.run.nodes.length
    if (count > 60) return []
    const pairs = []
    for (let i = 0; i < count; i++)
      for (let j = i + 1; j < count; j++)
        if (count < 14 || (j - i) % Math.ceil(count / 8) === 1) pairs.push([i, j])
    return pairs.map(([i, j]) => ({ i, j, line: element('line', { class: 'link' }, this.links) }))
  }

  play() {
    if (this.at >= this.run.endMs) this.show(0)
    this.isPlaying = true
    this.button.textContent = 'Pause'
    let before = performance.now()
    const step = (now) => {
      if (!this.isPlaying) return
      const forward = ((now - before) / 1000 / REPLAY_S) * this.run.endMs * this.speed
      before = now
      this.show(Math.min(this.run.endMs, this.at + forward), true)
      if (this.at >= this.run.endMs) this.pause()
      else requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }

  pause() {
    this.isPlaying = false
    this.button.textContent = 'Play'
  }

  show(at, isMoving = false) {
    const from = this.at
    this.at = at
    this.slider.value = String(Math.round((1000 * at) / this.run.endMs))
    this.output.textContent = clockText(at)
    this.place()
    this.colour()
    const told = this.run.story.findLast((sentence) => sentence.at <= at)
    this.caption.textContent = told?.text ?? ''
    if (isMoving) this.send(from, at)
  }

  place() {
    const groups = groupsAt(this.run, this.at)
    const key = JSON.stringify(groups)
    if (key === this.groupKey) return
    this.groupKey = key
    this.places = placesOf(groups, this.run.nodes.length, this.frame)
    const groupOf = new Map(groups.flatMap((members, g) => members.map((i) => [i, g])))
    for (const [i, { group }] of this.nodes.entries()) {
      const [x, y] = this.places[i]
      group.style.transform = `translate(${x}px, ${y}px)`
    }
    for (const { i, j, line } of this.lines) {
      const [x1, y1] = this.places[i]
      const [x2, y2] = this.places[j]
      for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, value)
      line.style.opacity = groupOf.get(i) === groupOf.get(j) ? 1 : 0
    }
  }

  /** A node has the colour of what it did last. */
  colour() {
    for (const [i, { marks, spans }] of this.run.nodes.entries()) {
      const { group, circle } = this.nodes[i]
      const last = marks.findLast((mark) => mark.at <= this.at)
      circle.style.fill = this.run.colours[last?.state] ?? 'var(--muted)'
      const isIn = (kind) =>
        spans.some((span) => span.kind === kind && span.from <= this.at && this.at < span.to)
      group.classList.toggle('down', isIn('down'))
      group.classList.toggle('faulty', isIn('faulty'))
    }
  }

  /** What arrived somewhere since the last picture flies there. */
  send(from, to) {
    const all = this.run.deliveries
    let shown = 0
    for (let k = firstAfter(all, from); k < all.length && all[k][0] <= to && shown < 80; k++) {
      const [, source, target] = all[k]
      const [x1, y1] = this.places[source] ?? []
      const [x2, y2] = this.places[target] ?? []
      if (x1 === undefined || x2 === undefined) continue
      shown++
      const dot = element('circle', { class: 'packet', r: 2.6 }, this.packets)
      dot
        .animate(
          [
            { transform: `translate(${x1}px, ${y1}px)`, opacity: 0.9 },
            { transform: `translate(${x2}px, ${y2}px)`, opacity: 0.25 },
          ],
          { duration: PACKET_MS, easing: 'ease-out' },
        )
        .finished.then(() => dot.remove())
    }
  }
}

function firstAfter(deliveries, at) {
  let low = 0
  let high = deliveries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (deliveries[middle][0] <= at) low = middle + 1
    else high = middle
  }
  return low
}

for (const root of document.querySelectorAll('.replay')) {
  const data = document.getElementById(root.dataset.run)
  if (data !== null) new Replay(root, JSON.parse(data.textContent))
}
