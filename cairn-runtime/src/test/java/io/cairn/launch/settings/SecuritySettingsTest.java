// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.service.security.SecurityArguments;
import io.cairn.service.security.SessionArguments;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The settings of sessions, and of what pages in browsers may do. */
class SecuritySettingsTest {

  @Test
  void everyDefaultIsWhatTheDocumentationSays() throws ConfigurationException {
    SecurityArguments security = read().host().security;
    SessionArguments sessions = security.sessions;
    assertThat(sessions.sessionTimeMicros).isEqualTo(3_600_000_000L);
    assertThat(sessions.sessionLimitMicros).isEqualTo(86_400_000_000L);
    assertThat(sessions.signingKeyRotationMicros).isEqualTo(2_592_000_000_000L);
    assertThat(sessions.apiKeyLimitMicros).isZero();
    assertThat(sessions.loginFailures).isEqualTo(5);
    assertThat(sessions.loginFailuresOfAddress).isEqualTo(30);
    assertThat(sessions.loginFailuresOfUser).isEqualTo(100);
    assertThat(sessions.loginWaitMicros).isEqualTo(60_000_000);
    assertThat(sessions.loginWaitOfAddressMicros).isEqualTo(300_000_000);
    assertThat(sessions.loginFailuresKeptMicros).isEqualTo(900_000_000);
    assertThat(security.browsers.corsOrigins).isEmpty();
    assertThat(security.browsers.corsMethods)
        .containsExactly("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    assertThat(security.browsers.corsHeaders).contains("authorization").hasSize(8);
    assertThat(security.browsers.corsCredentials).isFalse();
    assertThat(security.browsers.strictTransportSecurityMicros).isZero();
  }

  @Test
  void sessionsHaveTimesThatFitTogether() throws ConfigurationException {
    assertThat(problemsOf("--sessionTime=2d"))
        .containsExactly("--sessionTime must be 1s or more, and not longer than --sessionLimit");
    assertThat(problemsOf("--sessionLimit=60d"))
        .containsExactly("--sessionLimit must be 1m to 31d");
    assertThat(problemsOf("--signingKeyRotation=1h"))
        .singleElement()
        .asString()
        .startsWith("--signingKeyRotation must be at least a twelfth of --sessionLimit");
    assertThat(problemsOf("--apiKeyLimit=5s"))
        .containsExactly("--apiKeyLimit must be 1m or more, or 0 for no limit");
    assertThat(problemsOf("--loginFailures=0"))
        .containsExactly("--loginFailures is \"0\" and must be a whole number from 1 to 1000000");
    assertThat(problemsOf("--loginWait=20m"))
        .containsExactly(
            "--loginFailuresKept must not be shorter than --loginWait and --loginWaitOfAddress");
    SessionArguments given =
        read(
                "--sessionTime=10m",
                "--sessionLimit=8h",
                "--signingKeyRotation=7d",
                "--apiKeyLimit=90d")
            .host()
            .security
            .sessions;
    assertThat(given.sessionTimeMicros).isEqualTo(600_000_000);
    assertThat(given.sessionLimitMicros).isEqualTo(28_800_000_000L);
    assertThat(given.apiKeyLimitMicros).isEqualTo(7_776_000_000_000L);
  }

  @Test
  void originsAreNamedExactly() throws ConfigurationException {
    for (String wrong :
        List.of("*", "console.example", "https://a.example/x", "https://*.example", "ftp://a")) {
      assertThat(problemsOf("--corsOrigins=" + wrong))
          .as(wrong)
          .singleElement()
          .asString()
          .contains("--corsOrigins is")
          .contains("must name each origin exactly");
    }
    assertThat(problemsOf("--corsOrigins=https://a.example", "--corsMethods=GET,FLY"))
        .singleElement()
        .asString()
        .contains("and not FLY");
    assertThat(problemsOf("--corsCredentials=true"))
        .containsExactly(
            "--corsCredentials needs --corsOrigins: there is nobody whose cookies count");
    assertThat(problemsOf("--strictTransportSecurity=1d"))
        .containsExactly("--strictTransportSecurity needs --securePort");
    assertThat(
            read(
                    "--corsOrigins=https://A.example:443/,http://b.example:3000",
                    "--corsCredentials=1")
                .host()
                .security
                .browsers
                .corsOrigins)
        .containsExactly("https://a.example", "http://b.example:3000");
  }

  private static HostConfiguration read(String... arguments) throws ConfigurationException {
    return HostConfiguration.read(List.of(arguments), new Properties(), Map.of());
  }

  private static List<String> problemsOf(String... arguments) {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> read(arguments));
    return thrown == null ? List.of() : thrown.problems();
  }
}
