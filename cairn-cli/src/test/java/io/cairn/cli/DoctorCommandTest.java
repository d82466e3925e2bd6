// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private static final String FORWARDED =
      "/core/node-selectors/default/forwarding?target=PEER_ID&path=/core/cluster/checkup&peer=";

  private RecordingHost host;
  private String second;
  private String told;

  @BeforeEach
  void startHost() {
    host = RecordingHost.start();
    second = checkup("n2", "1.0", "OK", "");
    told = host.url();
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  private static String checkup(String node, String version, String verdict, String findings) {
    return """
        {"node":"%s","version":"%s","checks":[
         {"name":"quorum","about":"enough live","verdict":"OK","findings":[]},
         {"name":"clock","about":"they agree","verdict":"%s","findings":[%s]}]}
        """
        .formatted(node, version, verdict, findings);
  }

  private static String finding(String found) {
    return "{\"found\":\"%s\",\"advice\":\"set it\"}".formatted(found);
  }

  private CliRun.Result doctor(String first, String statusOfSecond, String... options) {
    String cluster =
        """
        {"self":"n1","members":{
          "n1":{"id":"n1","status":"ALIVE","uri":"%1$s"},
          "n2":{"id":"n2","status":"%2$s","uri":"%3$s"}}}
        """
            .formatted(host.url(), statusOfSecond, told);
    host.answers(
        request ->
            switch (request.target()) {
              case "/core/cluster" -> cluster;
              case "/core/cluster/checkup" -> first;
              case FORWARDED + "n2" -> second;
              case "/core/health/live" -> "{\"live\":true}";
              default -> "{}";
            });
    String[] words = new String[options.length + 1];
    words[0] = "doctor";
    System.arraycopy(options, 0, words, 1, options.length);
    return CliRun.against(host).run(words);
  }

  @Test
  void groupThatIsWellHasALineForEachCheck() {
    CliRun.Result result = doctor(checkup("n1", "1.0", "OK", ""), "ALIVE");
    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out())
        .isEqualToNormalizingNewlines(
            """
            2 nodes: n1, n2

            ok      nodes         every node of the group answers
            ok      addresses     the nodes' addresses can be reached from here
            ok      versions      all nodes run the same version of Cairn
            ok      quorum        enough live
            ok      clock         they agree
            """);
  }

  @Test
  void whatSeveralNodesSeeIsSaidOnceWithWhatToDo() {
    second = checkup("n2", "1.0", "WARNING", finding("n3 is late"));
    CliRun.Result result =
        doctor(
            checkup("n1", "1.0", "WARNING", finding("n3 is late") + "," + finding("n4 too")),
            "ALIVE");
    assertThat(result.code()).as("a warning").isZero();
    assertThat(result.out())
        .containsOnlyOnce("- n3 is late (seen by n1, n2)")
        .contains("- n4 too (seen by n1)", "to do: set it", "WARNING clock");
  }

  @Test
  void failureEndsWithOne() {
    CliRun.Result result = doctor(checkup("n1", "1.0", "FAILED", finding("bad")), "ALIVE");
    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.out()).contains("FAILED  clock");
  }

  @Test
  void nodeThatIsGoneIsNamedWithWhatToDo() {
    CliRun.Result result = doctor(checkup("n1", "1.0", "OK", ""), "GONE");
    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.out())
        .contains("FAILED  nodes", "- Node n2 does not answer", "cairn replace --dead=n2");
  }

  @Test
  void severalVersionsAreAWarning() {
    second = checkup("n2", "1.1", "OK", "");
    CliRun.Result result = doctor(checkup("n1", "1.0", "OK", ""), "ALIVE");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("WARNING versions", "1.0 on n1; 1.1 on n2");
  }

  @Test
  void resultIsADocumentOnRequest() {
    CliRun.Result result =
        doctor(checkup("n1", "1.0", "FAILED", finding("bad")), "ALIVE", "-o", "json");
    assertThat(result.out())
        .startsWith("{\"verdict\":\"FAILED\"")
        .contains("\"found\":\"bad\",\"advice\":\"set it\",\"seenBy\":[\"n1\"]");
  }

  @Test
  void whatProvesWhoAsksGoesToNoAddressThatANodeTells() {
    try (RecordingHost elsewhere = RecordingHost.start()) {
      elsewhere.answers(200, "{\"live\":true}");
      told = elsewhere.url();

      assertThat(doctor(checkup("n1", "1.0", "OK", ""), "ALIVE", "--token=secret").code()).isZero();

      assertThat(elsewhere.request().target()).isEqualTo("/core/health/live");
      assertThat(elsewhere.request().headers().toString()).doesNotContain("secret");
      assertThat(host.received())
          .allMatch(asked -> "secret".equals(asked.header("x-xenon-auth-token")));
    }
  }

  @Test
  void wordsAreRefused() {
    assertThat(doctor("{}", "ALIVE", "who").code()).isEqualTo(ExitCode.USAGE);
  }
}
