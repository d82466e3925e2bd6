// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.application.Cluster;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.service.ServiceHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator is told, and when nothing is done. */
class RecoverCommandTest {

  @TempDir private Path directory;

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(Predicate<URI> answers, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    RecoverCommand command =
        new RecoverCommand(
            ProcessSurroundings.of(new Properties(), Map.of()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            answers);
    int code = command.run(Arrays.asList(arguments));
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Outcome recover(String node, Predicate<URI> answers, String... arguments) {
    return run(
        answers,
        Stream.concat(
                Stream.of("--port=0", "--sandbox=" + directory.resolve(node)), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private ServiceHost start(String id, String... peers) throws IOException {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.id = id;
    arguments.sandbox = directory.resolve(id);
    arguments.peerNodes = peers;
    return ServiceHost.open(arguments);
  }

  private static boolean isOneOfTwo(ServiceHost host) {
    var health = host.unwrap(Cluster.class).health();
    return health.ready() && health.required() == 2;
  }

  @Test
  void nothingIsDoneWithoutDataOrWhileTheHostRuns() throws Exception {
    Outcome missing = recover("nowhere", any -> false);
    assertThat(missing.code()).isEqualTo(HostExit.DATA_UNUSABLE);
    assertThat(missing.err()).contains("no data of a host", "--sandbox");
    assertThat(directory.resolve("nowhere")).doesNotExist();

    ServiceHost alone = start("alone");
    try {
      Outcome runs = recover("alone", any -> false, "--yes");
      assertThat(runs.code()).isEqualTo(HostExit.DATA_UNUSABLE);
      assertThat(runs.err()).contains("stop it first");
    } finally {
      alone.stop();
    }
    Outcome nothing = recover("alone", any -> false, "--yes");
    assertThat(nothing.code()).isEqualTo(HostExit.FAILED);
    assertThat(nothing.err()).contains("nothing to recover");
  }

  @Test
  void lostGroupIsShownFirstAndRecoveredOnlyWhenItsMajorityIsGone() throws Exception {
    ServiceHost first = start("first");
    ServiceHost second = start("second", first.getUri().toString());
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> isOneOfTwo(first) && isOneOfTwo(second));
    } finally {
      second.stop();
      first.stop();
    }

    Outcome shown = recover("first", any -> false);
    assertThat(shown.code()).as(shown.err()).isEqualTo(HostExit.STOPPED);
    assertThat(shown.out())
        .contains("Group default", "second", "does not answer", "default/7", "UNSURE")
        .contains("Nothing was changed");

    Outcome refused = recover("first", any -> true, "--yes");
    assertThat(refused.code()).isEqualTo(HostExit.FAILED);
    assertThat(refused.err())
        .contains("may have a majority", "second answers at", "--force", "nothing was changed");
    Outcome misnamed = recover("first", any -> false, "--yes", "--empty=default/1");
    assertThat(misnamed.code()).isEqualTo(HostExit.FAILED);
    assertThat(misnamed.err()).contains("default/1", "not damaged");

    Outcome done = recover("first", any -> true, "--yes", "--force");
    assertThat(done.code()).as(done.err()).isEqualTo(HostExit.STOPPED);
    assertThat(done.out()).contains("Done");
    assertThat(recover("first", any -> false).err()).contains("nothing to recover");
  }

  @Test
  void settingThatIsNoneIsRefused() {
    Outcome wrong = run(any -> false, "--prot=1");
    assertThat(wrong.code()).isEqualTo(HostExit.USAGE);
    assertThat(wrong.err()).contains("prot");
  }
}
