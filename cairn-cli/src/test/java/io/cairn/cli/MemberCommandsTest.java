// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberCommandsTest {
  private static final String GROUP =
      """
      {"documentOwner":"n1","nodes":{
        "n1":{"id":"n1","status":"AVAILABLE","options":["PEER"],"groupReference":"http://h1/core/node-groups/default"},
        "n2":{"id":"n2","status":"UNAVAILABLE","options":["OBSERVER"]}}}
      """;

  private RecordingHost host;

  @BeforeEach
  void startHost() {
    host = RecordingHost.start();
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  private CliRun.Result run(String... args) {
    return CliRun.against(host).run(args);
  }

  @Test
  void roleIsPatchedOnTheMember() {
    CliRun.Result result = run("member", "role", "n2", "observer");

    assertThat(result.code()).isZero();
    assertThat(result.out().strip()).isEqualTo("n2 is OBSERVER");
    assertThat(host.request().method()).isEqualTo("PATCH");
    assertThat(host.request().target()).isEqualTo("/core/node-groups/default/n2");
    assertThat(host.request().body()).isEqualTo("{\"options\":[\"OBSERVER\"]}");
  }

  @Test
  void roleThatIsNoneIsNotSent() {
    assertThat(run("member", "role", "n2", "KING").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("member", "role", "n2").code()).isEqualTo(ExitCode.USAGE);
    assertThat(host.requests()).isZero();
  }

  @Test
  void memberOfAnyGroupIsRemoved() {
    CliRun.Result result = run("member", "remove", "n2", "--group=blue");

    assertThat(result.code()).isZero();
    assertThat(host.request().method()).isEqualTo("DELETE");
    assertThat(host.request().target()).isEqualTo("/core/node-groups/blue/n2");
  }

  @Test
  void refusalIsToldAndIsAnError() {
    host.answers(409, "{\"message\":\"node n1 is the only PEER\",\"statusCode\":409}");

    CliRun.Result result = run("member", "role", "n1", "OBSERVER");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("only PEER");
  }

  @Test
  void livingMemberIsNotReplaced() {
    host.answers(200, GROUP);

    CliRun.Result result = run("replace", "--dead=n1", "--by=" + host.url());

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("n1 is AVAILABLE", "stop it");
    assertThat(host.requests()).isEqualTo(2); // both questions
  }

  @Test
  void strangerIsNotReplaced() {
    host.answers(200, GROUP);

    CliRun.Result result = run("replace", "--dead=n9", "--by=" + host.url());

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("n9 is no member", "nothing is left to do");
  }

  @Test
  void replaceNeedsBothNodesAndAUrl() {
    assertThat(run("replace", "--dead=n2").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("replace", "--dead=n2", "--by=h4").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("replace", "-x", "--dead=n2", "--by=http://h4").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(host.requests()).isZero();
  }

  @Test
  void whatJoinedBeforeTakesTheDeadOnesRoleBeforeThatIsRemoved() {
    // The asked host plays the new one too, which is a member already, as a PEER.
    host.answers(200, GROUP);

    CliRun.Result result = run("replace", "--dead=n2", "--by=" + host.url());

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("n2 is replaced by n1");
    assertThat(host.received())
        .extracting(request -> request.method() + " " + request.target())
        .containsExactly(
            "GET /core/node-groups/default",
            "GET /core/node-groups/default",
            "GET /core/node-groups/default",
            "PATCH /core/node-groups/default/n1",
            "DELETE /core/node-groups/default/n2");
  }

  @Test
  void nothingIsRemovedBeforeTheNewOneIsUpToDate() {
    host.answers(200, GROUP.replace("\"status\":\"AVAILABLE\"", "\"status\":\"SYNCHRONIZING\""));

    CliRun.Result result = run("replace", "--dead=n2", "--by=" + host.url(), "--wait=0");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("n1 is SYNCHRONIZING", "n2 was not removed", "again");
    assertThat(host.received()).noneMatch(request -> request.method().equals("DELETE"));
  }
}
