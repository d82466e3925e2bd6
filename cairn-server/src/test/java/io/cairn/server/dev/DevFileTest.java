// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session goes on whatever is written into the settings file. */
class DevFileTest {

  @TempDir Path directory;

  @Test
  void portThatIsTakenIsToldAndTheOneBeforeServesOn() throws Exception {
    try (WrittenProject project = new WrittenProject(directory, List.of());
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      project.write("cairn.properties", "port=0\ngreeting=hello\n");
      project.application(
          "var greeting = app.setting(\"greeting\", \"none\", \"a word\");",
          "app.endpoint(\"/hello\", io.cairn.service.Service.Action.GET, r -> greeting.get());");
      assertThat(project.reload()).as(project.said()).isTrue();
      URI served = Objects.requireNonNull(project.session().host()).getUri();
      assertThat(project.get("/hello").text()).isEqualTo("hello");

      project.write("cairn.properties", "port=" + taken.getLocalPort() + "\n");
      assertThat(project.reload()).isFalse();
      assertThat(project.said()).contains("the host cannot start", "Cannot listen on");
      assertThat(Objects.requireNonNull(project.session().host()).getUri()).isEqualTo(served);
      assertThat(project.get("/hello").status()).isEqualTo(503);

      project.write("cairn.properties", "port=0\ngreeting=again\n");
      assertThat(project.reload()).as(project.said()).isTrue();
      assertThat(Objects.requireNonNull(project.session().host()).getUri()).isEqualTo(served);
      assertThat(project.get("/hello").text()).isEqualTo("again");
    }
  }
}
