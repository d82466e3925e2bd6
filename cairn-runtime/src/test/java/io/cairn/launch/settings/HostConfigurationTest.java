// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.service.ServiceHost;
import io.cairn.service.security.AuditArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostConfigurationTest {

  @TempDir Path directory;

  @Test
  void everyDefaultIsWhatTheDocumentationSays() throws Exception {
    HostConfiguration read = read();
    ServiceHost.Arguments host = read.host();

    assertThat(host.port).isEqualTo(8000);
    assertThat(host.securePort).isEqualTo(-1);
    assertThat(host.bindAddress).isEqualTo("127.0.0.1");
    assertThat(host.allowedHosts).isEmpty();
    assertThat(host.subscriptionHosts).isEmpty();
    assertThat(host.subscriptionFailureTimeoutMicros).isEqualTo(600_000_000);
    assertThat(host.remoteStop).isFalse();
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
    assertThat(host.peerNodes).isEmpty();
    assertThat(host.peerPort).isEqualTo(-1);
    assertThat(host.clusterSecret).isNull();
    assertThat(host.insecurePeers).isFalse();
    assertThat(host.membershipQuorum).isEqualTo(1);
    assertThat(host.startupPeriodMicros).isEqualTo(5_000_000);
    assertThat(host.nodeRemovalDelayMicros).isEqualTo(3_600_000_000L);
    assertThat(host.copyCheckIntervalMicros).isEqualTo(3_600_000_000L);
    assertThat(host.copyCheckBytesPerSecond).isEqualTo(33_554_432L);
    assertThat(host.schemaCheckLimitMicros).isEqualTo(60_000_000L);
    assertThat(host.clockFactor).isEqualTo(6);
    assertThat(read.nodes()).isEqualTo(1);
    assertThat(host.operationTimeoutMicros).isEqualTo(60_000_000);
    assertThat(host.queryTimeLimitMicros).isEqualTo(60_000_000);
    assertThat(host.queryScanLimit).isEqualTo(1_000_000);
    assertThat(host.maintenanceIntervalMicros).isEqualTo(1_000_000);
    assertThat(host.serviceCacheClearDelayMicros).isEqualTo(60_000_000);
    assertThat(host.maximumIdleServices).isZero();
    assertThat(host.diskReserveBytes).isZero();
    assertThat(host.requestPayloadSizeLimit).isEqualTo(64 << 20);
    assertThat(host.requestBodyBudget).isZero();
    assertThat(host.maxConnections).isEqualTo(20_000);
    assertThat(host.maxEventStreams).isEqualTo(10_000);
    assertThat(host.maxNodeGroups).isEqualTo(64);
    assertThat(host.maxNodeSelectors).isEqualTo(64);
    assertThat(host.responsePayloadSizeLimit).isEqualTo(64 << 20);
    assertThat(host.missingDeleteSucceeds).isFalse();
    assertThat(host.security.insecureClients).isFalse();
    assertThat(host.security.requestsPerSecond).isZero();
    assertThat(host.security.maxRequestsInProgress).isZero();
    assertThat(host.security.requestRateOption).isEqualTo("FAIL");
    assertThat(host.security.adminUser).isEqualTo("admin@localhost");
    assertThat(host.security.adminPassword).isNull();
    assertThat(host.security.oidcIssuer).isNull();
    assertThat(host.security.cutOffTrustMicros).isEqualTo(300_000_000);
    assertThat(host.security.oidcAudience).isNull();
    assertThat(host.security.oidcKeysUri).isNull();
    assertThat(host.security.oidcUserClaim).isEqualTo("email");
    assertThat(host.security.oidcGroupsClaim).isEqualTo("groups");
    assertThat(host.security.clientCertificateUsers).isEqualTo("NONE");
    assertThat(host.security.audit.extent).isNull();
    assertThat(host.security.audit.extent(false)).isEqualTo(AuditArguments.Extent.NONE);
    assertThat(host.security.audit.extent(true)).isEqualTo(AuditArguments.Extent.SECURITY);
    assertThat(host.security.audit.retentionMicros).isEqualTo(90L * 86_400_000_000L);
    assertThat(host.security.audit.maxRecords).isEqualTo(1_000_000);
    assertThat(host.security.audit.fileBytes).isEqualTo(100 << 20);
    assertThat(read.logFormat()).isEqualTo(LogFormat.TEXT);
    assertThat(read.logLevel()).isEqualTo("INFO");
    assertThat(read.notes()).isEmpty();
  }

  @Test
  void auditIsWhatWasSaid() throws Exception {
    AuditArguments audit =
        read("--audit=all", "--auditRetention=1d", "--auditMaxRecords=5000", "--auditFileSize=2M")
            .host()
            .security
            .audit;
    assertThat(audit.extent).isEqualTo(AuditArguments.Extent.ALL);
    assertThat(audit.retentionMicros).isEqualTo(86_400_000_000L);
    assertThat(audit.maxRecords).isEqualTo(5_000);
    assertThat(audit.fileBytes).isEqualTo(2 << 20);
    assertThatThrownBy(() -> read("--audit=some")).hasMessageContaining("audit");
    assertThatThrownBy(() -> read("--auditMaxRecords=1")).hasMessageContaining("auditMaxRecords");
  }

  @Test
  void everyDefaultOfTheHelpGivenAsAnArgumentChangesNothing() throws Exception {
    List<String> arguments =
        Settings.all().stream()
            .filter(setting -> setting.defaultText() != null && !setting.name().equals("sandbox"))
            // Two names for one thing cannot both be given; what has no effect is noted.
            .filter(
                setting -> !List.of("membershipQuorum", "startupPeriod").contains(setting.name()))
            .filter(setting -> !setting.isClusterKey() || setting.effect() == Setting.Effect.OBEYED)
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

    ServiceHost.Arguments host = HostConfiguration.read(List.of(), properties, Map.of()).host();

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
        .containsExactly(
            "bindAdress in " + file + " line 1 is unknown; did you mean --bindAddress?");
  }

  @Test
  void issuerIsSaidAsAWholeAndItsKeysComeSafely() throws ConfigurationException {
    String issuer = "--oidcIssuer=https://issuer.example";
    assertThat(problemsOf(issuer))
        .containsExactly(
            "--oidcIssuer, --oidcAudience and --oidcKeysUri go together: give all three");
    assertThat(problemsOf(issuer, "--oidcAudience=a", "--oidcKeysUri=http://issuer.example/keys"))
        .containsExactly("--oidcKeysUri must begin with https://, unless it is on this machine");
    assertThat(
            read(issuer, "--oidcAudience=a", "--oidcKeysUri=http://127.0.0.1:1/keys")
                .host()
                .security
                .oidcAudience)
        .isEqualTo("a");
    assertThat(read("--clientCertificateUsers=name").host().security.clientCertificateUsers)
        .isEqualTo("NAME");
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
  }

  @Test
  void bodiesAreNoLargerThanWhatGoesFromNodeToNode() throws Exception {
    assertThat(read("--requestPayloadSizeLimit=64M").host().requestPayloadSizeLimit)
        .isEqualTo(64 << 20);
    assertThat(problemsOf("--requestPayloadSizeLimit=65M"))
        .singleElement()
        .asString()
        .contains("up to 67108864");
    assertThat(problemsOf("--responsePayloadSizeLimit=65M")).hasSize(1);
  }

  @Test
  void whatThisVersionCannotDoIsRefused() {
    assertThat(problemsOf("--authProviderHostUri=http://localhost:1"))
        .singleElement()
        .asString()
        .contains("cannot be used");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      http://127.0.0.1:8000,http://127.0.0.1:8001    | http://127.0.0.1:8001
      http://LOCALHOST:8000/,http://localhost:8001/core/node-groups/default | http://localhost:8001
      other                                          | http://other:8000
      other:9000, http://other:9000 ,,               | http://other:9000
      https://b:8443,[::1]:8001                      | https://b:8443,http://[::1]:8001
      127.0.0.1,http://[::1]:8000                    |
      """)
  void peerNodesAreTakenAsPeopleWriteThem(String written, @Nullable String taken) throws Exception {
    String[] expected = taken == null ? new String[0] : taken.split(",", -1);
    assertThat(read("--peerNodes=" + written).host().peerNodes).containsExactly(expected);
  }

  @Test
  void hostThatListensEverywhereOrUnderAnotherNameKnowsItself() throws Exception {
    assertThat(read("--bindAddress=0.0.0.0", "--peerNodes=localhost,b").host().peerNodes)
        .containsExactly("http://b:8000");
    assertThat(read("--publicUri=http://me:80/", "--peerNodes=http://me:80").host().peerNodes)
        .isEmpty();
    assertThat(read("--bindAddress=10.0.0.1", "--peerNodes=localhost").host().peerNodes)
        .containsExactly("http://localhost:8000");
  }

  @Test
  void peerNodesThatMakeNoSenseAreNamed() {
    assertThat(problemsOf("--peerNodes=ftp://a,b,http://c:70000"))
        .containsExactly(
            "--peerNodes holds \"ftp://a\" and \"http://c:70000\"; each entry must be a URI like"
                + " http://host:8000");
  }

  @Test
  void majorityIsThatOfTheNamedHosts() throws Exception {
    assertThat(quorum("--membershipQuorum=majority")).isEqualTo(1);
    assertThat(quorum("--membershipQuorum=majority", "--peerNodes=a,b")).isEqualTo(2);
    assertThat(quorum("--membershipQuorum=Majority", "--peerNodes=a,b,c,127.0.0.1")).isEqualTo(3);
    assertThat(quorum("--membershipQuorum=majority", "--nodes=5")).isEqualTo(3);
    assertThat(quorum("--membershipQuorum=4")).isEqualTo(4);
    assertThat(problemsOf("--membershipQuorum=most"))
        .singleElement()
        .asString()
        .contains("--membershipQuorum is \"most\"", "whole number", "majority");
  }

  private int quorum(String... arguments) throws ConfigurationException {
    return read(arguments).host().membershipQuorum;
  }

  @Test
  void timesOfTheGroupTakeUnits() throws Exception {
    ServiceHost.Arguments host =
        read("--startupPeriod=0", "--nodeRemovalDelay=1d", "--clockFactor=10").host();
    assertThat(host.startupPeriodMicros).isZero();
    assertThat(host.nodeRemovalDelayMicros).isEqualTo(86_400_000_000L);
    assertThat(host.clockFactor).isEqualTo(10);
    assertThat(problemsOf("--nodeRemovalDelay=0", "--clockFactor=0", "--peerPort=x")).hasSize(3);
  }

  @Test
  void clusterSecretComesFromTheEnvironmentOrAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "  from a file \n");
    assertThat(
            HostConfiguration.read(
                    List.of(), new Properties(), Map.of("CAIRN_CLUSTER_SECRET", "from outside"))
                .host()
                .clusterSecret)
        .isEqualTo("from outside");
    assertThat(read("--clusterSecretFile=" + file).host().clusterSecret).isEqualTo("from a file");
  }

  @Test
  void secretThatOthersCanReadIsWarnedOf() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "from a file");
    Path config = Files.writeString(directory.resolve("host.properties"), "clusterSecret=12345678");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw----r--"));
    assertThat(read("--clusterSecretFile=" + secret).notes())
        .singleElement()
        .asString()
        .contains("--clusterSecretFile", "chmod 600", secret.toString());
    assertThat(read("--config=" + config).notes())
        .singleElement()
        .asString()
        .contains("--config", "chmod 600");

    for (Path file : List.of(secret, config)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(read("--clusterSecretFile=" + secret).notes()).isEmpty();
    assertThat(read("--config=" + config).notes()).isEmpty();
  }

  @Test
  void clusterSecretIsCheckedAndNeverEchoed() throws Exception {
    assertThat(problemsOf("--clusterSecret=hunter2"))
        .singleElement()
        .asString()
        .contains("--clusterSecret is too short")
        .doesNotContain("hunter2");
    Path file = Files.writeString(directory.resolve("secret"), "x");
    assertThat(problemsOf("--clusterSecretFile=" + file)).hasSize(1);
    assertThat(problemsOf("--clusterSecretFile=" + directory.resolve("absent")))
        .singleElement()
        .asString()
        .contains("cannot read");
    assertThat(problemsOf("--clusterSecret=12345678", "--clusterSecretFile=" + file))
        .anyMatch(problem -> problem.contains("both given"));
  }

  @Test
  void hostThatBelievesEveryPeerSaysSo() throws Exception {
    assertThat(read("--insecurePeers=true").notes())
        .singleElement()
        .asString()
        .contains("--insecurePeers=true");
  }

  @Test
  void listsOfHostsAreReadAsPeopleWriteThem() throws Exception {
    ServiceHost.Arguments host =
        read("--allowedHosts=cairn.example, tool.example:3000", "--subscriptionHosts=*,").host();

    assertThat(host.allowedHosts).containsExactly("cairn.example", "tool.example:3000");
    assertThat(host.subscriptionHosts).containsExactly("*");
  }

  @Test
  void severalHostsNeedPortsToCountFrom() throws Exception {
    assertThat(read("--nodes=49").nodes()).isEqualTo(49);
    assertThat(problemsOf("--nodes=0")).hasSize(1);
    assertThat(problemsOf("--nodes=50")).hasSize(1);
    assertThat(problemsOf("--nodes=2", "--port=0"))
        .singleElement()
        .asString()
        .contains("--port is 0");
    assertThat(problemsOf("--nodes=2", "--port=65535"))
        .singleElement()
        .asString()
        .contains("no room for 2");
    assertThat(problemsOf("--nodes=3", "--port=8000", "--peerPort=8002"))
        .singleElement()
        .asString()
        .contains("--port and --peerPort are less than 3 apart");
    assertThat(problemsOf("--nodes=3", "--publicUri=http://a:80")).hasSize(1);
  }

  @Test
  void portsMustDiffer() {
    assertThat(problemsOf("--port=8000", "--peerPort=8000"))
        .containsExactly("--port and --peerPort are the same; give each its own");
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
    assertThatThrownBy(() -> read("--adminPassword=hunter-two", "--port=x"))
        .hasMessageNotContaining("hunter-two");
  }

  @Test
  void httpsNeedsCertificateAndKey() {
    assertThat(problemsOf("--securePort=8443"))
        .containsExactlyInAnyOrder(
            "--securePort needs --certificateFile", "--securePort needs --keyFile");
    assertThat(problemsOf("--port=-1")).singleElement().asString().contains("nothing to listen on");
  }

  @Test
  void theWordNullMeansNoValue() throws Exception {
    assertThat(read("--location=null").host().location).isNull();
  }

  @Test
  void helpListsEverySettingThatIsObeyed() {
    String help = HostConfiguration.help(new ApplicationSettings());
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
