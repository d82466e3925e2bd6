// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page about a secured group is followed literally, in one shell and an empty directory: three
 * hosts with HTTPS, people, a tenant, an API key, the loss of a host, a forgotten password.
 */
@Timeout(600)
class SecureGroupPageTest {

  static final String PAGE = "secure-group.md";

  private static final int HOSTS = 3;
  private static final long LIMIT_SECONDS = 540;
  private static final Pattern PORT = Pattern.compile("\\b800([0-2])\\b");
  private static final String MARK = "=== block ";

  @TempDir Path directory;

  @Test
  void pageIsFollowedFromAnEmptyDirectory() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")));
    List<DocumentationBlock> blocks =
        DocumentationBlock.of(DocumentationBlock.ROOT.resolve("docs").resolve(PAGE));
    int firstPort = FreePorts.consecutive(HOSTS);
    Path work = Files.createDirectory(directory.resolve("secured"));
    writeLauncher(work.resolve("cairn"));

    String printed = follow(work, script(blocks, firstPort));

    List<String> outputs = List.of(printed.split(Pattern.quote(MARK), -1));
    assertSoftly(
        softly -> {
          int last = 0;
          for (DocumentationBlock block : blocks) {
            if (block.isChecked("sh")) {
              last++;
            } else if (block.language().equals("text") && block.follows()) {
              softly
                  .assertThat(
                      DocumentedOutput.difference(
                          "text", here(block.text(), firstPort), outputs.get(last)))
                  .as("%s is not what the commands before it print:\n%s", block, outputs.get(last))
                  .isNull();
            }
          }
        });
    assertThat(logsOf(work))
        .as("no password is in a log")
        .doesNotContain("correct horse", "purple lamp", "nine green")
        .doesNotContain(Files.readString(work.resolve("cluster.secret")).strip())
        .doesNotContain(Files.readString(work.resolve("admin.password")).strip());
  }

  /** All blocks in one shell, as a person does it; it ends at the first command that fails. */
  private static String script(List<DocumentationBlock> blocks, int firstPort) {
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    script.append("trap 'kill -9 $(jobs -p) 2> /dev/null || true' EXIT\n");
    int number = 0;
    for (DocumentationBlock block : blocks) {
      if (block.isChecked("sh")) {
        script.append("echo; echo '").append(MARK).append(++number).append("'\n");
        script.append(here(block.text(), firstPort)).append('\n');
      }
    }
    return script.append("wait\n").toString();
  }

  private static String here(String text, int firstPort) {
    return PORT.matcher(text)
        .replaceAll(match -> Integer.toString(firstPort + Integer.parseInt(match.group(1))));
  }

  private String follow(Path work, String script) throws Exception {
    Path output = directory.resolve("output.txt");
    Path notes = directory.resolve("notes.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash", Files.writeString(directory.resolve("page.sh"), script).toString())
            .directory(work.toFile())
            .redirectError(notes.toFile())
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CAIRN"));
    builder.environment().put("HOME", work.toString());
    Process shell = builder.start();
    boolean ended = shell.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    List<ProcessHandle> left = shell.descendants().toList();
    shell.destroyForcibly();
    left.forEach(ProcessHandle::destroyForcibly);
    String printed = Files.readString(output);
    String said = printed + Files.readString(notes) + logsOf(work);
    assertThat(ended).as("ends: %s", said).isTrue();
    assertThat(shell.exitValue()).as(said).isZero();
    return printed;
  }

  private static String logsOf(Path work) throws IOException {
    List<String> logs = new ArrayList<>();
    try (var files = Files.newDirectoryStream(work, "host-*.log")) {
      for (Path log : files) {
        logs.add(log.getFileName() + ":\n" + Files.readString(log));
      }
    }
    return String.join("\n", logs);
  }

  /** What the launcher does, on this test's class path. */
  private static void writeLauncher(Path file) throws IOException {
    Files.writeString(
        file,
        """
        #!/usr/bin/env bash
        exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m --enable-native-access=ALL-UNNAMED \\
          -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                CairnCommands.class.getName()));
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
