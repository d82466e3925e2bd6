// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecureStartTest {

  @TempDir Path directory;

  private static EffectiveConfiguration read(Map<String, String> environment, String... arguments)
      throws ConfigurationException {
    return EffectiveConfiguration.read(
        SpecArgument.NONE,
        List.of(arguments),
        ProcessSurroundings.of(new Properties(), environment),
        new ApplicationSettings());
  }

  private static List<String> problems(String... arguments) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> read(Map.of(), arguments));
    return refused == null ? List.of() : refused.problems();
  }

  private static String shown(EffectiveConfiguration read, String name) {
    return read.settings().stream()
        .filter(row -> row.name().equals(name))
        .map(row -> row.value() + " from " + row.from())
        .findFirst()
        .orElse("nothing");
  }

  @Test
  void nameAloneTurnsAuthorizationOn() throws ConfigurationException {
    EffectiveConfiguration read = read(Map.of(), "--secure");
    assertThat(read.configuration().host().security.isAuthorizationEnabled).isTrue();
    assertThat(read.configuration().host().membershipQuorum).isEqualTo(1);
    assertThat(shown(read, "secure")).isEqualTo("true from argument");
    assertThat(shown(read, "isAuthorizationEnabled")).isEqualTo("true from secure");
    assertThat(
            read(Map.of("CAIRN_SECURE", "true"))
                .configuration()
                .host()
                .security
                .isAuthorizationEnabled)
        .isTrue();
    assertThat(
            read(Map.of(), "--secure=false").configuration().host().security.isAuthorizationEnabled)
        .isFalse();
  }

  @Test
  void groupOfSeveralHostsBeginsOnce() throws ConfigurationException {
    EffectiveConfiguration nodes = read(Map.of(), "--secure", "--nodes=3");
    assertThat(nodes.configuration().host().membershipQuorum).isEqualTo(2);
    assertThat(shown(nodes, "membershipQuorum")).isEqualTo("2 from secure: majority");
    assertThat(
            read(Map.of(), "--secure", "--peerNodes=a,b,c,d")
                .configuration()
                .host()
                .membershipQuorum)
        .isEqualTo(3);
    assertThat(
            read(Map.of(), "--secure", "--nodes=3", "--membershipQuorum=3")
                .configuration()
                .host()
                .membershipQuorum)
        .isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--isAuthorizationEnabled=false | --isAuthorizationEnabled=false contradict each other",
        "--insecureClients | --insecureClients=true contradict each other",
        "--insecurePeers=true | lets whoever reaches the port join as a peer; leave one out",
        "--nodes=3 --membershipQuorum=1 | an administrator of its own. Leave it out, say 2, or give",
        "--bindAddress=0.0.0.0 | passwords and tokens would cross the network in clear. Say --port=-1",
      })
  void whatWouldUndoItIsRefused(String more, String said) {
    String[] all = ("--secure " + more).split(" ");
    assertThat(problems(all)).singleElement().asString().contains("--secure", said);
    assertThat(problems(more.split(" "))).as("without --secure").isEmpty();
  }

  @Test
  void smallQuorumIsLetThroughWithAPasswordThatAllHostsHave() {
    assertThat(
            problems(
                "--secure", "--nodes=3", "--membershipQuorum=1", "--adminPassword=long enough"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"root", "a@b@c", "'a b@c'", "a@b/c"})
  void administratorHasAnAddressThatItsDocumentCanHave(String user) {
    assertThat(problems("--adminUser=" + user))
        .containsExactly(
            "--adminUser is \"%s\" and must be an e-mail address, such as admin@example.com"
                .formatted(user));
  }

  @Test
  void passwordComesFromFileOrEnvironmentAndIsNeverShown() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "from a file\n");
    isKept(read(Map.of(), "--adminPasswordFile=" + file), "from a file");
    isKept(read(Map.of("CAIRN_ADMIN_PASSWORD", "from the environment")), "from the environment");
    isKept(read(Map.of(), "--adminPassword=from an argument"), "from an argument");
    assertThat(problems("--adminPassword=secret!")).asString().doesNotContain("secret!");
    assertThat(problems("--adminPassword=as an argument", "--adminPasswordFile=" + file))
        .containsExactly("--adminPassword and --adminPasswordFile are both given; keep one");
  }

  private static void isKept(EffectiveConfiguration read, @Nullable String password) {
    assertThat(read.configuration().host().security.adminPassword).isEqualTo(password);
    assertThat(read.settings().toString()).doesNotContain(String.valueOf(password));
    assertThat(read.configuration().notes().toString()).doesNotContain(String.valueOf(password));
  }
}
