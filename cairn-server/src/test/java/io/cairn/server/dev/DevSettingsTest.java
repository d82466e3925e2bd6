// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.server.project.MavenProject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of a project, in whose file those of the host and of the application stand. */
class DevSettingsTest {

  @TempDir Path directory;
  private final Properties properties = new Properties();
  private final ApplicationSettings application = new ApplicationSettings();
  private final Supplier<String> greeting = application.declare("greeting", "none", "a word");

  @BeforeEach
  void writeProject() throws Exception {
    Files.writeString(directory.resolve("pom.xml"), "<project/>");
  }

  private DevSettings settings(String... arguments) throws Exception {
    return new DevSettings(MavenProject.in(directory), List.of(arguments), properties, Map.of());
  }

  private Path write(String file, String text) throws Exception {
    return Files.writeString(directory.resolve(file), text);
  }

  @Test
  void settingsOfTheApplicationMayStandInTheFileWhileNobodyKnowsThem() throws Exception {
    write("cairn.properties", "port=4711\ngreeting=hello\n");
    DevSettings settings = settings("--other=1", "--bindAddress=127.0.0.1");

    assertThat(settings.readHostsOnly().host().port).isEqualTo(4711);
    assertThatThrownBy(() -> settings.read(new ApplicationSettings()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("greeting in ", "--other is unknown"));
    assertThat(settings().read(application).host().port).isEqualTo(4711);
    assertThat(greeting.get()).isEqualTo("hello");
  }

  @Test
  void aFileThatIsWrittenLaterIsRead() throws Exception {
    DevSettings settings = settings();
    assertThat(settings.readHostsOnly().host().port).isEqualTo(8000);
    Path file = write("cairn.properties", "port=4711\n");
    assertThat(settings.file()).isEqualTo(file.toAbsolutePath());
    assertThat(settings.readHostsOnly().host().port).isEqualTo(4711);
  }

  @Test
  void aFileThatIsNamedIsReadInsteadOfTheProjects() throws Exception {
    write("cairn.properties", "port=4711\n");
    properties.setProperty("cairn.config", write("named", "port=4712\n").toString());
    assertThat(settings().readHostsOnly().host().port).isEqualTo(4712);
    Path argument = write("argument", "port=4713\n");
    DevSettings settings = settings("--config=" + argument);
    assertThat(settings.readHostsOnly().host().port).isEqualTo(4713);
    assertThat(settings.file()).isEqualTo(argument.toAbsolutePath());
  }
}
