// One picture a suite: a panel of bars for each row.
import * as echarts from 'echarts';
import { formatted } from './format.mjs';

/** @import { Contestant, Kind, RowResult } from '../types.d.ts' */

const COLUMNS = 3;
const PANEL = { width: 430, bar: 17, head: 46, foot: 26 };
const LABELS = 136;
const VALUES = 72;
const HEADER = 70;

/** @type {Record<Kind, { color: string, title: string }>} */
const KINDS = {
  ours: { color: '#0a7d5a', title: 'Heddle' },
  limit: { color: '#9aa1a9', title: 'the platform by hand' },
  peer: { color: '#4c78c8', title: 'peers' },
  python: { color: '#d59a1f', title: 'Python' },
};

/**
 * @param {string} title
 * @param {readonly RowResult[]} results
 * @param {readonly Contestant[]} contestants
 * @returns {string} SVG
 */
export const plot = (title, results, contestants) => {
  const panels = laidOut(results);
  const width = COLUMNS * PANEL.width;
  const height = Math.max(...panels.map(({ top, height }) => top + height)) + 10;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    legend: {
      top: 34,
      left: 12,
      itemGap: 30,
      itemWidth: 12,
      itemHeight: 12,
      icon: 'rect',
      selectedMode: false,
      data: legendOf(panels, contestants),
    },
    title: [{ text: title, left: 12, top: 8, textStyle: { fontSize: 17 } }, ...panels.map(titleOf)],
    grid: panels.map(({ left, top, height }) => ({
      left: left + LABELS,
      top: top + PANEL.head,
      width: PANEL.width - LABELS - VALUES,
      height: height - PANEL.head - PANEL.foot,
    })),
    xAxis: panels.map((_, i) => ({ gridIndex: i, type: 'value', show: false, min: 0 })),
    yAxis: panels.map(({ result }, i) => ({
      gridIndex: i,
      type: 'category',
      inverse: true,
      data: result.summaries.map(({ contestant }) => contestant),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#c5cad0' } },
      axisLabel: { fontSize: 11, color: '#333333', interval: 0 },
    })),
    series: panels.flatMap((panel, i) => Object.entries(KINDS).map(([kind, look]) => bars(panel.result, i, kind, look, contestants))),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
};

/** @typedef {{ result: RowResult, left: number, top: number, height: number }} Panel */

/**
 * Panels in rows of three, each row as high as its highest.
 * @param {readonly RowResult[]} results
 * @returns {Panel[]}
 */
const laidOut = (results) => {
  /** @type {Panel[]} */
  const panels = [];
  let top = HEADER;
  for (let i = 0; i < results.length; i += COLUMNS) {
    const line = results.slice(i, i + COLUMNS);
    const heights = line.map(({ summaries }) => PANEL.head + PANEL.foot + summaries.length * PANEL.bar);
    line.forEach((result, j) => panels.push({ result, left: j * PANEL.width, top, height: /** @type {number} */ (heights[j]) }));
    top += Math.max(...heights);
  }
  return panels;
};

/** @param {Panel} panel */
const titleOf = ({ result: { row }, left, top }) => ({
  text: row.title.replaceAll('`', ''),
  subtext: `${row.unit}, ${row.better === 'higher' ? 'more' : 'less'} is better`,
  left: left + 12,
  top: top + 2,
  itemGap: 3,
  textStyle: { fontSize: 13 },
  subtextStyle: { fontSize: 11, color: '#666666' },
});

/**
 * The bars of one kind in one panel; the other kinds leave gaps for them.
 * @param {RowResult} result
 * @param {number} index
 * @param {string} kind
 * @param {{ color: string, title: string }} look
 * @param {readonly Contestant[]} contestants
 */
const bars = ({ row, summaries }, index, kind, look, contestants) => ({
  type: 'bar',
  name: look.title,
  color: look.color,
  xAxisIndex: index,
  yAxisIndex: index,
  // One stack a panel: a line has the bar of one kind, and gaps for the others take no room.
  stack: `panel ${index}`,
  barWidth: PANEL.bar - 5,
  data: summaries.map(({ contestant, median, status }) => {
    if (contestants.find(({ name }) => name === contestant)?.kind !== kind) return '-';
    const text = median === undefined ? status : formatted(median, row.unit);
    return { value: median ?? 0, label: { show: true, position: 'right', fontSize: 11, color: '#333333', formatter: text } };
  }),
});

/**
 * @param {readonly Panel[]} panels
 * @param {readonly Contestant[]} contestants
 */
const legendOf = (panels, contestants) => {
  const shown = new Set(panels.flatMap(({ result }) => result.summaries.map(({ contestant }) => contestant)));
  const kinds = new Set(contestants.filter(({ name }) => shown.has(name)).map(({ kind }) => kind));
  return Object.entries(KINDS)
    .filter(([kind]) => kinds.has(/** @type {Kind} */ (kind)))
    .map(([, { title }]) => title);
};
