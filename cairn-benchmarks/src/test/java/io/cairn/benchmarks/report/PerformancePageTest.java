// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.load.WorkKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Results become tables and drawings. */
class PerformancePageTest {

  private static final String PAGE =
      "# Performance\n\n<!-- comparison: begin -->\nold\n<!-- comparison: end -->\n\nrest\n";

  private static Results results() {
    Results results = new Results();
    results.machine().add("2 processors");
    results.missing().add("etcd: no such program on the PATH");
    results.cells().add(GoalsTest.cell(3, Goals.CAIRN, WorkKind.PATCH, 1, 300, 100, 200));
    results.cells().add(GoalsTest.cell(3, Goals.XENON, WorkKind.PATCH, 1, 30));
    results.cells().add(GoalsTest.cell(1, Goals.CAIRN, WorkKind.QUERY, 64, 1_000));
    results.facts().add(new Fact("Starts", Goals.CAIRN, "start", "ms", List.of(700.0, 900.0)));
    results
        .curves()
        .add(new Curve("a < b & c", List.of(new Curve.Point(1, 100), new Curve.Point(2, 200))));
    return results;
  }

  @Test
  void tablesStandBetweenTheMarks(@TempDir Path directory) throws IOException {
    Path page = directory.resolve("performance.md");
    Files.writeString(page, PAGE);

    PerformancePage.write(page, results(), PerformancePage.Section.PEERS);
    String once = Files.readString(page);
    PerformancePage.write(page, results(), PerformancePage.Section.PEERS);

    assertThat(once)
        .startsWith("# Performance\n")
        .endsWith("<!-- comparison: end -->\n\nrest\n")
        .doesNotContain("old")
        .contains("left out: etcd: no such program on the PATH")
        .contains("| patch over 1,000 | 1 | Cairn | 200 (100-300) | 1.00 |")
        .contains("| start | Cairn | 800 (700-900) ms | 2 |");
    assertThat(Files.readString(page)).as("a second time").isEqualTo(once);
    for (Chart chart : Charts.of(results())) {
      assertThat(directory.resolve("images").resolve(chart.file())).exists();
      assertThat(once).contains("(images/" + chart.file() + ")");
    }
  }

  @Test
  void aPageWithoutMarksIsLeftAlone(@TempDir Path directory) throws IOException {
    Path page = directory.resolve("performance.md");
    Files.writeString(page, "# Performance\n");

    assertThatThrownBy(() -> PerformancePage.write(page, results(), PerformancePage.Section.PEERS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("comparison: begin");
    assertThat(page).hasContent("# Performance\n");
  }

  @Test
  void chartsAreWellFormedAndReadableInTheDark() throws Exception {
    List<Chart> charts = Charts.of(results());

    assertThat(charts).hasSize(4);
    for (Chart chart : charts) {
      Document drawing =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(chart.svg().getBytes(StandardCharsets.UTF_8)));
      assertThat(drawing.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(chart.svg()).contains("prefers-color-scheme: dark");
    }
  }

  @Test
  void thereIsABarForEachSystemThatWasMeasured() {
    String svg = Charts.of(results()).getFirst().svg();

    // Three colours in the key, and one bar of Cairn's and one of Xenon's.
    assertThat(svg.split("<rect", -1)).hasSize(1 + 3 + 2);
    assertThat(svg).contains("class=\"c0\"").contains("class=\"c2\"");
  }

  @Test
  void aSystemHasOneColourEverywhere() {
    List<Curve.Point> points = List.of(new Curve.Point(1, 100), new Curve.Point(2, 200));

    String svg = SvgDrawing.lines("rates", List.of(new Curve(Goals.XENON, points)));

    assertThat(svg).contains("polyline class=\"l2\"").contains("rect class=\"c2\"");
  }

  @Test
  void nothingIsDrawnOfNothing() {
    assertThat(Charts.of(new Results())).isEmpty();
  }

  @Test
  void anAxisEndsAtARoundNumber() {
    assertThat(SvgDrawing.ceiling(812)).isEqualTo(1_000);
    assertThat(SvgDrawing.ceiling(2_300)).isEqualTo(4_000);
    assertThat(SvgDrawing.ceiling(0.0004)).isEqualTo(0.0004);
    assertThat(SvgDrawing.ceiling(0)).isPositive();
  }

  @Test
  void whatWasWrittenAsJsonIsReadAgain() {
    assertThat(Results.parse(results().json())).isEqualTo(results());
  }
}
