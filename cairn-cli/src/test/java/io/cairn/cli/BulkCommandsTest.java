// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code import} and {@code export} send, write and say. */
class BulkCommandsTest {
  private static final String SUMMARY =
      "{\"summary\":{\"complete\":true,\"created\":%d,\"failed\":%d,\"nextLine\":%d}}\n";

  @TempDir private Path directory;
  private RecordingHost host;

  @BeforeEach
  void startHost() {
    host = RecordingHost.start();
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  private CliRun.Result run(String... args) {
    return CliRun.against(host).run(args);
  }

  /** A file of numbered documents, one a line. */
  private Path lines(int count) throws IOException {
    List<String> lines =
        IntStream.rangeClosed(1, count).mapToObj("{\"name\":\"%d\"}"::formatted).toList();
    return Files.write(directory.resolve("goods.ndjson"), lines);
  }

  private Path place() {
    return directory.resolve("goods.ndjson.import");
  }

  private static long parameter(RecordingHost.Received request, String name) {
    String value = request.target().replaceAll(".*[?&]" + name + "=([0-9]+).*", "$1");
    return Long.parseLong(value);
  }

  @Test
  void importIsSentInPartsThatTellTheirLines() throws IOException {
    host.answers(
        request ->
            "{\"line\":%d,\"status\":400,\"outcome\":\"FAILED\",\"error\":{\"message\":\"no\"}}\n"
                    .formatted(parameter(request, "firstLine"))
                + SUMMARY.formatted(1, 1, 99));

    CliRun.Result result =
        run("import", "/goods", lines(12).toString(), "--per-second=1", "--existing=keep");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.out().strip())
        .isEqualTo("created 2, updated 0, unchanged 0, kept 0, failed 2");
    assertThat(result.err().lines()).contains("line 1: no", "line 11: no");
    assertThat(host.received())
        .extracting(request -> parameter(request, "firstLine"))
        .containsExactly(1L, 11L);
    assertThat(host.received())
        .extracting(request -> parameter(request, "maxFailures"))
        .containsExactly(100L, 99L);
    RecordingHost.Received last = host.received().getLast();
    assertThat(last.body()).isEqualTo("{\"name\":\"11\"}\n{\"name\":\"12\"}\n");
    assertThat(last.header("content-type")).isEqualTo("application/x-ndjson");
    assertThat(last.target())
        .startsWith("/core/bulk/import?factory=/goods&existing=KEEP")
        .contains("perSecond=1");
    assertThat(place()).doesNotExist();
  }

  @Test
  void tableIsCutBetweenItsRecordsAndEachPartHasItsHeader() throws IOException {
    StringBuilder table = new StringBuilder("name,note\n");
    for (int i = 1; i <= 11; i++) {
      table.append("n").append(i).append(",\"two\nlines, and \"\"quotes\"\"\"\n");
    }
    Path file = Files.writeString(directory.resolve("goods.csv"), table);
    host.answers(200, SUMMARY.formatted(10, 0, 24));

    assertThat(run("import", "/goods", file.toString(), "--per-second=1").code()).isZero();

    assertThat(host.received())
        .extracting(request -> parameter(request, "firstLine"))
        .containsExactly(2L, 22L);
    assertThat(host.received().getLast().body())
        .isEqualTo("name,note\nn11,\"two\nlines, and \"\"quotes\"\"\"\n");
  }

  @Test
  void importThatBreaksOffSaysWhereAndGoesOnThere() throws IOException {
    String file = lines(12).toString();
    host.answers(200, "{\"progress\":{\"created\":4,\"failed\":0,\"nextLine\":5}}\n");

    CliRun.Result broken = run("import", "/goods", file);

    assertThat(broken.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(broken.err()).contains("everything before line 5 is done, go on with --resume");
    assertThat(place()).exists();
    assertThat(run("import", "/bads", file, "--resume").err()).contains("tells of another import");

    host.answers(200, SUMMARY.formatted(8, 0, 13));
    CliRun.Result done = run("import", "/goods", file, "--resume");

    assertThat(done.code()).as(done.err()).isZero();
    assertThat(parameter(host.received().getLast(), "firstLine")).isEqualTo(5);
    assertThat(host.received().getLast().body()).startsWith("{\"name\":\"5\"}\n");
    assertThat(place()).doesNotExist();
    assertThat(run("import", "/goods", file, "--resume").err()).contains("leave --resume out");
  }

  @Test
  void importThatTheHostStopsIsOneAndKeepsItsPlace() throws IOException {
    host.answers(
        200,
        "{\"summary\":{\"complete\":false,\"created\":1,\"failed\":1,\"nextLine\":3,\"stopped\":\"too many\"}}\n");

    CliRun.Result stopped = run("import", "/goods", lines(4).toString(), "--max-failures=1");

    assertThat(stopped.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(stopped.err()).contains("too many; everything before line 3 is done");
    assertThat(Files.readString(place())).contains("\"nextLine\":3");
  }

  @Test
  void importThatIsRefusedHasDoneNothing() throws IOException {
    host.answers(400, "{\"message\":\"no factory is started there\",\"statusCode\":400}");

    CliRun.Result refused = run("import", "/goods", lines(4).toString());

    assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("answered 400: no factory is started there", "nothing is");
    assertThat(place()).doesNotExist();
  }

  @Test
  void veryLongLineIsNotReadIntoMemoryWhole() throws IOException {
    Path file = directory.resolve("long.ndjson");
    Files.writeString(file, "x".repeat(3 * RecordReader.LONGEST) + "\n{}\n");
    host.answers(200, SUMMARY.formatted(1, 0, 3));

    assertThat(run("import", "/goods", file.toString()).code()).isZero();

    assertThat(host.request().body()).hasSize(RecordReader.LONGEST + "\n{}\n".length());
  }

  @Test
  void progressIsOneLineForAPersonAndFewForALog() throws IOException {
    String file = lines(12).toString();
    host.answers(200, SUMMARY.formatted(10, 0, 11));

    CliRun.Result log = run("import", "/goods", file, "--per-second=1");
    CliRun.Result person =
        CliRun.against(host).onTerminal().run("import", "/goods", file, "--per-second=1");

    assertThat(log.err().lines()).contains("importing: 100%");
    assertThat(person.err()).contains("\r100% line 10: created 20").endsWith(" \r");
  }

  private String export(String form) {
    return directory.resolve("goods." + form).toString();
  }

  @Test
  void exportHasItsNameWhenItIsWhole() throws IOException {
    String file = export("ndjson");
    host.answers(200, "{\"documentSelfLink\":\"/goods/a\"}\n{\"documentSel").breakingOff();

    CliRun.Result broken = run("export", "/goods", file, "--filter=name eq 'a&b'", "--limit=9");

    assertThat(broken.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(broken.err()).contains("go on with --resume");
    assertThat(Path.of(file)).doesNotExist();
    assertThat(host.request().target())
        .isEqualTo(
            "/core/bulk/export?factory=/goods&format=NDJSON&filter=name%20eq%20'a%26b'&limit=9");
    assertThat(run("export", "/goods", file).err()).contains("--resume goes on");

    host.answers(200, "{\"documentSelfLink\":\"/goods/b\"}\n");
    CliRun.Result done = run("export", "/goods", file, "--resume", "--limit=9");

    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).startsWith("exported 2 documents to " + file);
    assertThat(host.received().getLast().target()).endsWith("&after=/goods/a&limit=8");
    assertThat(Files.readAllLines(Path.of(file)))
        .containsExactly(
            "{\"documentSelfLink\":\"/goods/a\"}", "{\"documentSelfLink\":\"/goods/b\"}");
    assertThat(run("export", "/goods", file).err()).contains("--force replaces it");
  }

  @Test
  void tableThatGoesOnHasOneHeader() throws IOException {
    String file = export("csv");
    host.answers(
            200,
            "documentSelfLink,name\r\n/goods/a,\"x\ny\"\r\n\"/goods/b\",z\r\n/goods/c,\"half\r\n")
        .breakingOff();
    assertThat(run("export", "/goods", file).code()).isEqualTo(ExitCode.UNREACHABLE);

    host.answers(200, "documentSelfLink,name\r\n/goods/c,whole\r\n");
    assertThat(run("export", "/goods", file, "--resume").out()).startsWith("exported 3 documents");

    assertThat(host.received().getLast().target()).endsWith("&after=/goods/b");
    assertThat(Files.readString(Path.of(file)))
        .isEqualTo(
            "documentSelfLink,name\r\n/goods/a,\"x\ny\"\r\n\"/goods/b\",z\r\n/goods/c,whole\r\n");
  }

  @Test
  void exportWithoutFileIsPrinted() {
    List<String> outs = new ArrayList<>();
    host.answers(200, "{\"a\":1}\n");
    outs.add(run("export", "/goods").out());
    outs.add(CliRun.against(host).onTerminal().run("export", "/goods", "-").out());

    assertThat(outs).containsOnly("{\"a\":1}\n");
  }

  @Test
  void exportThatIsRefusedIsOneAndLeavesNothing() {
    host.answers(410, "{\"message\":\"not retained\"}");

    CliRun.Result refused = run("export", "/goods", export("ndjson"), "--as-of=2020-01-01");

    assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("410: not retained").doesNotContain("--resume");
    assertThat(directory).isEmptyDirectory();
    assertThat(host.request().target()).contains("asOf=2020-01-01");
  }
}
