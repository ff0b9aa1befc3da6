package io.tractor.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Lines over two logarithmic axes, each point with a bar from the least to the most.
 *
 * @param title the title
 * @param xLabel what grows to the right
 * @param yLabel what grows upwards
 * @param lines the lines by their names, at most four
 */
record Plot(String title, String xLabel, String yLabel, Map<String, List<Point>> lines) {

	private static final int WIDTH = 780;

	private static final int HEIGHT = 440;

	private static final int LEFT = 110;

	private static final int RIGHT = WIDTH - 60;

	private static final int TOP = 80;

	private static final int BOTTOM = HEIGHT - 60;

	private static final String STYLE = """
			<style>
			text { font: 14px system-ui, sans-serif; fill: #1f2328 }
			.title { font-weight: 600; font-size: 16px }
			.page { fill: #ffffff }
			.grid { stroke: #d8dee4 }
			.line { fill: none; stroke-width: 2 }
			.bar { stroke-width: 1; opacity: .6 }
			.c0 { stroke: #0969da } circle.c0 { fill: #0969da }
			.c1 { stroke: #1a7f37 } circle.c1 { fill: #1a7f37 }
			.c2 { stroke: #bc4c00 } circle.c2 { fill: #bc4c00 }
			.c3 { stroke: #8250df } circle.c3 { fill: #8250df }
			@media (prefers-color-scheme: dark) {
			text { fill: #e6edf3 }
			.page { fill: #0d1117 }
			.grid { stroke: #30363d }
			.c0 { stroke: #58a6ff } circle.c0 { fill: #58a6ff }
			.c1 { stroke: #3fb950 } circle.c1 { fill: #3fb950 }
			.c2 { stroke: #f0883e } circle.c2 { fill: #f0883e }
			.c3 { stroke: #bc8cff } circle.c3 { fill: #bc8cff }
			}
			</style>
			""";

	/**
	 * Return the plot as an SVG document.
	 */
	String svg() {
		StringBuilder svg = new StringBuilder();
		add(svg, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img'>%n", WIDTH, HEIGHT);
		add(svg, "<title>%s: %s by %s</title>%n", this.title, this.yLabel, this.xLabel);
		svg.append(STYLE);
		add(svg, "<rect class='page' width='%d' height='%d'/>%n", WIDTH, HEIGHT);
		add(svg, "<text class='title' x='%d' y='26'>%s</text>%n", LEFT, this.title);
		addGrid(svg);
		int color = 0;
		int legend = LEFT;
		for (Map.Entry<String, List<Point>> line : this.lines.entrySet()) {
			addLine(svg, color, line.getValue());
			add(svg, "<circle class='c%d' cx='%d' cy='50' r='4'/><text x='%d' y='55'>%s</text>%n", color, legend + 4,
					legend + 14, line.getKey());
			legend += 30 + 8 * line.getKey().length();
			color++;
		}
		return svg.append("</svg>\n").toString();
	}

	private void addGrid(StringBuilder svg) {
		for (double y = Math.pow(10, decade(least())); y <= Math.pow(10, lastDecade()) * 1.01; y *= 10) {
			add(svg, "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, RIGHT, top(y), top(y));
			add(svg, "<text text-anchor='end' x='%d' y='%.1f'>%,.0f</text>%n", LEFT - 8, top(y) + 5, y);
		}
		for (double x : xs()) {
			add(svg, "<line class='grid' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>", left(x), left(x), TOP, BOTTOM);
			add(svg, "<text text-anchor='middle' x='%.1f' y='%d'>%s</text>%n", left(x), BOTTOM + 20, shortened(x));
		}
		add(svg, "<text text-anchor='middle' x='%d' y='%d'>%s</text>%n", (LEFT + RIGHT) / 2, BOTTOM + 44, this.xLabel);
		add(svg, "<text text-anchor='end' x='%d' y='26'>%s</text>%n", RIGHT, this.yLabel);
	}

	private void addLine(StringBuilder svg, int color, List<Point> points) {
		String path = points.stream()
			.map((point) -> String.format(Locale.ROOT, "%.1f,%.1f", left(point.x()), top(point.y())))
			.collect(Collectors.joining(" "));
		add(svg, "<polyline class='line c%d' points='%s'/>%n", color, path);
		for (Point point : points) {
			add(svg, "<line class='bar c%d' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", color, left(point.x()),
					left(point.x()), top(point.least()), top(point.most()));
			add(svg, "<circle class='c%d' cx='%.1f' cy='%.1f' r='3.5'/>%n", color, left(point.x()), top(point.y()));
		}
	}

	private static void add(StringBuilder svg, String format, Object... values) {
		svg.append(String.format(Locale.ROOT, format, values));
	}

	private static String shortened(double x) {
		if (x >= 1 << 20 && x % (1 << 20) == 0) {
			return (int) x / (1 << 20) + " Mi";
		}
		return (x >= 1 << 10 && x % (1 << 10) == 0) ? (int) x / (1 << 10) + " Ki"
				: String.format(Locale.ROOT, "%,.0f", x);
	}

	private double left(double x) {
		List<Double> xs = xs();
		double first = Math.log(xs.get(0));
		return LEFT + (RIGHT - LEFT) * (Math.log(x) - first) / (Math.log(xs.get(xs.size() - 1)) - first);
	}

	private double top(double y) {
		double first = decade(least());
		return BOTTOM - (BOTTOM - TOP) * (Math.log10(y) - first) / (lastDecade() - first);
	}

	private List<Double> xs() {
		return this.lines.values().stream().flatMap(List::stream).map(Point::x).distinct().sorted().toList();
	}

	private double least() {
		return all(Point::least)[0];
	}

	private int lastDecade() {
		double[] most = all(Point::most);
		return (int) Math.ceil(Math.log10(most[most.length - 1]));
	}

	private static int decade(double y) {
		return (int) Math.floor(Math.log10(y));
	}

	private double[] all(ToDoubleFunction<Point> figure) {
		return this.lines.values().stream().flatMap(List::stream).mapToDouble(figure).sorted().toArray();
	}

	/**
	 * One point.
	 *
	 * @param x how far to the right
	 * @param y how high
	 * @param least the lower end of its bar
	 * @param most the upper end of its bar
	 */
	record Point(double x, double y, double least, double most) {

	}

}
