// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.service.ServiceHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CommandLineArgumentsTest {

  /** Settings of an application beside those of the host. */
  public static class Settings extends ServiceHost.Arguments {
    public boolean verbose;
    public String[] names = {};
  }

  @Test
  void argumentsSetFieldsOfTheHostAndOfTheApplication() {
    Settings settings = new Settings();

    CommandLineArguments.read(
        new String[] {"--port=0", "--sandbox=/data", "--verbose=true", "--names=a,b"}, settings);

    assertThat(settings.port).isZero();
    assertThat(settings.sandbox).isEqualTo(Path.of("/data"));
    assertThat(settings.verbose).isTrue();
    assertThat(settings.names).containsExactly("a", "b");
  }

  @Test
  void everyMalformedArgumentIsNamed() {
    assertThatThrownBy(
            () ->
                CommandLineArguments.read(
                    new String[] {"--port=x", "port=1", "--nosuch=1", "--DEFAULT_PORT=1"},
                    new Settings()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--port=x: must be a number")
        .hasMessageContaining("port=1: must have the form --name=value")
        .hasMessageContaining("--nosuch=1: there is no such argument")
        .hasMessageContaining("--DEFAULT_PORT=1: there is no such argument");
  }
}
