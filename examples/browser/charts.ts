/** Lines over time and bars of shares, on canvases. */

/** Of the shares of a bar, from the bottom up; and of lines. */
export const COLOURS = ["#d9822b", "#2965cc", "#7157d9", "#8a9ba8", "#29a634", "#c23030"];
export const LINES = ["#8a9ba8", "#2965cc"];
const INK = "#394b59";
const GRID = "#e1e8ed";
const LEFT = 56;

export interface Lines {
  /** Values by place; undefined: none there. */
  lines: (number | undefined)[][];
  /** At the bottom and at the top; a logarithmic scale needs `least` above 0. */
  least: number;
  most: number;
  log?: boolean;
  label: (value: number) => string;
  /** Places over the whole width. */
  points: number;
  /** Vertical lines with a word. */
  marks: { at: number; text: string }[];
}

/** The canvas, empty, with as many dots as the screen has for it. */
const contextOf = (canvas: HTMLCanvasElement): { context: CanvasRenderingContext2D; width: number; height: number } => {
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const context = canvas.getContext("2d")!;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  return { context, width, height };
};

export const drawLines = (canvas: HTMLCanvasElement, { lines, least, most, log, label, points, marks }: Lines): void => {
  const { context, width, height } = contextOf(canvas);
  const place = (value: number): number =>
    log ? Math.log(Math.max(value, least) / least) / Math.log(most / least) : (value - least) / (most - least);
  const x = (at: number): number => LEFT + (at * (width - LEFT)) / points;
  const y = (value: number): number => height - 10 - place(value) * (height - 20);
  context.fillStyle = INK;
  context.strokeStyle = GRID;
  for (const value of log ? decades(least, most) : steps(least, most)) {
    context.fillText(label(value), 0, y(value));
    context.strokeRect(LEFT, y(value), width - LEFT, 0);
  }
  for (const { at, text } of marks) {
    context.strokeStyle = INK;
    context.strokeRect(x(at), 0, 0, height);
    context.fillText(text, x(at) + 4, 8);
  }
  for (const [i, line] of lines.entries()) {
    context.strokeStyle = LINES[i]!;
    context.lineWidth = 1.5;
    context.beginPath();
    let pen = false;
    for (const [at, value] of line.entries()) {
      if (value !== undefined) context[pen ? "lineTo" : "moveTo"](x(at), y(value));
      pen = value !== undefined;
    }
    context.stroke();
  }
};

const decades = (least: number, most: number): number[] => {
  const values: number[] = [];
  for (let value = least; value <= most; value *= 10) values.push(value);
  return values;
};

/** Three to seven round numbers. */
const steps = (least: number, most: number): number[] => {
  const whole = 10 ** Math.floor(Math.log10((most - least) / 2));
  const step = [1, 2, 5].map((times) => times * whole).find((one) => (most - least) / one < 7)!;
  return Array.from({ length: Math.floor((most - least) / step) + 1 }, (_, i) => least + i * step);
};

/** A bar for each row, of shares one on top of the other. */
export const drawBars = (canvas: HTMLCanvasElement, rows: number[][]): void => {
  const { context, width, height } = contextOf(canvas);
  const step = (width - LEFT) / rows.length;
  for (const [i, shares] of rows.entries()) {
    let top = height - 20;
    context.fillStyle = GRID;
    context.fillRect(LEFT + i * step, 0, step - 6, top);
    for (const [k, share] of shares.entries()) {
      const part = share * (height - 20);
      context.fillStyle = COLOURS[k]!;
      context.fillRect(LEFT + i * step, top - part, step - 6, part);
      top -= part;
    }
    context.fillStyle = INK;
    context.fillText(rows.length > 16 ? `${i}` : `CPU ${i}`, LEFT + i * step, height - 8);
  }
};
