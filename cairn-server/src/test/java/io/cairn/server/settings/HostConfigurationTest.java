// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.host.ServiceHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostConfigurationTest {

  @TempDir Path directory;

  @Test
  void everyDefaultIsWhatTheDocumentationSays() throws Exception {
    HostConfiguration read = read();
    ServiceHost.Arguments host = read.host();

    assertThat(host.port).isEqualTo(8000);
    assertThat(host.securePort).isEqualTo(-1);
    assertThat(host.bindAddress).isEqualTo("127.0.0.1");
    assertThat(host.sslClientAuthMode).isEqualTo("NONE");
    assertThat(host.keyFile).isNull();
    assertThat(host.keyPassphrase).isNull();
    assertThat(host.certificateFile).isNull();
    assertThat(host.caFile).isNull();
    assertThat(host.sandbox).isNull();
    assertThat(host.publicUri).isNull();
    assertThat(host.id).isNull();
    assertThat(host.location).isNull();
    assertThat(host.partitions).isEqualTo(8);
    assertThat(host.operationTimeoutMicros).isEqualTo(60_000_000);
    assertThat(host.maintenanceIntervalMicros).isEqualTo(1_000_000);
    assertThat(host.serviceCacheClearDelayMicros).isEqualTo(60_000_000);
    assertThat(host.maximumIdleServices).isZero();
    assertThat(host.requestPayloadSizeLimit).isEqualTo(64 << 20);
    assertThat(host.responsePayloadSizeLimit).isEqualTo(64 << 20);
    assertThat(read.logFormat()).isEqualTo(LogFormat.TEXT);
    assertThat(read.logLevel()).isEqualTo("INFO");
    assertThat(read.notes()).isEmpty();
  }

  @Test
  void everyDefaultOfTheHelpGivenAsAnArgumentChangesNothing() throws Exception {
    List<String> arguments =
        Settings.all().stream()
            .filter(setting -> setting.defaultText() != null && !setting.name().equals("sandbox"))
            .map(setting -> "--" + setting.name() + "=" + setting.defaultText())
            .toList();

    HostConfiguration read = read(arguments.toArray(String[]::new));

    assertThat(read).usingRecursiveComparison().isEqualTo(read());
  }

  @Test
  void argumentBeatsPropertyBeatsEnvironmentBeatsFile() throws Exception {
    Path file = Files.writeString(directory.resolve("c"), "port=1\nid=file\nlocation=file\n");
    Properties properties = new Properties();
    properties.setProperty("cairn.port", "3");
    properties.setProperty("cairn.id", "property");
    Map<String, String> environment =
        Map.of("CAIRN_CONFIG", file.toString(), "CAIRN_PORT", "2", "CAIRN_LOCATION", "environment");

    ServiceHost.Arguments host =
        HostConfiguration.read(List.of("--port=4"), properties, environment).host();

    assertThat(host.port).isEqualTo(4);
    assertThat(host.id).isEqualTo("property");
    assertThat(host.location).isEqualTo("environment");
    assertThat(readWithFile(file).host().id).isEqualTo("file");
  }

  @Test
  void xenonPropertiesAreReadAfterCairns() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("xenon.port", "1");
    properties.setProperty("xenon.bindAddress", "0.0.0.0");
    properties.setProperty("cairn.port", "2");

    ServiceHost.Arguments host =
        HostConfiguration.read(List.of(), properties, Map.of()).host();

    assertThat(host.port).isEqualTo(2);
    assertThat(host.bindAddress).isEqualTo("0.0.0.0");
  }

  @Test
  void environmentNamesAreUpperCaseWithUnderscores() throws Exception {
    HostConfiguration read =
        HostConfiguration.read(
            List.of(), new Properties(), Map.of("CAIRN_REQUEST_PAYLOAD_SIZE_LIMIT", "1M"));

    assertThat(read.host().requestPayloadSizeLimit).isEqualTo(1 << 20);
  }

  @Test
  void allErrorsAreReportedAtOnce() {
    assertThat(problemsOf("--port=x", "--bogus=1", "stray", "--id", "--logFormat=xml"))
        .hasSize(5)
        .anyMatch(p -> p.contains("--port is \"x\" and must be a port"))
        .anyMatch(p -> p.contains("--bogus is unknown"))
        .anyMatch(p -> p.contains("\"stray\" is no setting; write --name=value"))
        .anyMatch(p -> p.contains("--id needs a value; write --id=NAME"))
        .anyMatch(p -> p.contains("must be one of text, json"));
  }

  @Test
  void unknownNamesAreAnsweredWithTheNearestOne() throws IOException {
    assertThat(problemsOf("--prot=1")).containsExactly("--prot is unknown; did you mean --port?");
    Path file = Files.writeString(directory.resolve("c"), "bindAdress=::1\n");
    assertThat(problemsOf("--config=" + file))
        .containsExactly("bindAdress in " + file + " is unknown; did you mean --bindAddress?");
  }

  @Test
  void missingConfigurationFileIsAnError() {
    assertThat(problemsOf("--config=" + directory.resolve("absent")))
        .singleElement()
        .asString()
        .contains("there is no file");
  }

  @Test
  void durationsAndSizesTakeUnits() throws Exception {
    ServiceHost.Arguments host =
        read("--operationTimeout=1.5s", "--maintenanceInterval=250", "--requestPayloadSizeLimit=2k")
            .host();

    assertThat(host.operationTimeoutMicros).isEqualTo(1_500_000);
    assertThat(host.maintenanceIntervalMicros).isEqualTo(250);
    assertThat(host.requestPayloadSizeLimit).isEqualTo(2048);
    assertThat(problemsOf("--operationTimeout=5 parsecs")).hasSize(1);
    assertThat(problemsOf("--operationTimeout=0")).hasSize(1);
    assertThat(problemsOf("--requestPayloadSizeLimit=99999G")).hasSize(1);
  }

  @Test
  void whatThisVersionCannotDoIsRefused() {
    assertThat(problemsOf("--isAuthorizationEnabled=true"))
        .singleElement()
        .asString()
        .contains("cannot be used");
    assertThat(problemsOf("--peerNodes=http://127.0.0.1:8000,http://other:8000"))
        .singleElement()
        .asString()
        .contains("http://other:8000");
  }

  @Test
  void peerNodesMayNameThisHost() throws Exception {
    assertThat(read("--port=8001", "--peerNodes=http://localhost:8001").notes()).isEmpty();
    assertThat(read("--peerNodes=127.0.0.1").notes()).isEmpty();
  }

  @Test
  void whatHasNoEffectIsSaid() throws Exception {
    assertThat(read("--colorsEnabled=true").notes())
        .containsExactly("--colorsEnabled has no effect: logs have no colours");
    assertThat(read("--isPeerSynchronizationEnabled=1").notes()).isEmpty();
  }

  @Test
  void passwordsAreNotEchoed() {
    assertThat(problemsOf("--keyPassphrase=", "--port=-2"))
        .noneMatch(problem -> problem.contains("\"\""));
    assertThatThrownBy(() -> read("--adminPassword=hunter2", "--port=x"))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void httpsNeedsCertificateAndKey() {
    assertThat(problemsOf("--securePort=8443"))
        .containsExactlyInAnyOrder(
            "--securePort needs --certificateFile", "--securePort needs --keyFile");
    assertThat(problemsOf("--port=-1"))
        .singleElement()
        .asString()
        .contains("nothing to listen on");
  }

  @Test
  void theWordNullMeansNoValue() throws Exception {
    assertThat(read("--location=null").host().location).isNull();
  }

  @Test
  void helpListsEverySettingThatIsObeyed() {
    String help = HostConfiguration.help();
    Settings.all().stream()
        .filter(setting -> setting.effect() == Setting.Effect.OBEYED)
        .forEach(setting -> assertThat(help).contains("--" + setting.name() + "="));
  }

  private static HostConfiguration read(String... arguments) throws ConfigurationException {
    return HostConfiguration.read(List.of(arguments), new Properties(), Map.of());
  }

  private static HostConfiguration readWithFile(Path file) throws ConfigurationException {
    return read("--config=" + file);
  }

  private static List<String> problemsOf(String... arguments) {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> read(arguments));
    return thrown == null ? List.of() : thrown.problems();
  }
}
