// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterCommandsTest {
  private static final String CLUSTER =
      """
      {"self":"node-1","members":{
        "node-1":{"id":"node-1","status":"ALIVE","roles":["PEER","SEED"],"launchId":"l1",
          "lastSeen":"2026-01-01T00:00:00Z","uri":"http://h1:1","address":"http://h1:2"},
        "node-2":{"id":"node-2","status":"GONE","roles":[],"address":"http://h2:2"}},
       "quorum":{"required":2,"configured":2,"live":1},"healthy":false,"ready":false,
       "why":["2 of 2 nodes are needed and 1 is there"]}
      """;
  private static final String READY = "{\"live\":true,\"healthy\":true,\"ready\":true,\"why\":[]}";
  private static final String NOT_READY =
      "{\"live\":true,\"healthy\":true,\"ready\":false,\"why\":[\"partition 1 has no leader yet\"]}";

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
  void clusterIsATable() {
    host.answers(200, CLUSTER);

    CliRun.Result result = run("cluster");

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualToNormalizingNewlines(
            """
            NODE      STATUS  ROLES      URI          LAUNCH  LAST SEEN
            node-1 *  ALIVE   PEER,SEED  http://h1:1  l1      2026-01-01T00:00:00Z
            node-2    GONE               http://h2:2  -       -

            not healthy; 1 of at least 2 nodes are live
            - 2 of 2 nodes are needed and 1 is there
            """);
    assertThat(host.request().target()).isEqualTo("/core/cluster");
  }

  @Test
  void auditIsATableOfWhatWasAskedFor() {
    host.answers(
        200,
        """
        {"documentLinks":["/core/audit/b","/core/audit/a"],"documents":{
          "/core/audit/a":{"timeMicros":1796040000000000,"action":"LOGIN","verb":"POST",
            "link":"/core/authn/basic","outcome":"REFUSED","status":403,"count":7,"nodeId":"n1",
            "subjectKind":"GUEST","subjectLink":"/core/authz/guest-user","address":"192.0.2.1",
            "userLink":"/core/authz/users/jane@example.com"},
          "/core/audit/b":{"timeMicros":1796040001500000,"action":"MEMBERSHIP","outcome":"DONE",
            "detail":"joined as PEER","link":"/core/node-groups/default/n2","status":0,"count":1,
            "subjectKind":"SYSTEM","subjectLink":"/core/authz/system-user","nodeId":"n1"}}}
        """);

    CliRun.Result result =
        run(
            "audit",
            "--user=jane@example.com",
            "--link=/core/o'neil/*",
            "--action=api-key",
            "--since=2026-11-30T08:00:00Z",
            "--last=20");

    assertThat(result.code()).isZero();
    assertThat(result.out().lines().map(String::strip))
        .containsExactly(
            "TIME (UTC)               ACTION      WHO                      FROM       WHAT                                           RESULT          NODE",
            "2026-11-30 12:00:01.500  MEMBERSHIP  /core/authz/system-user  -          /core/node-groups/default/n2 (joined as PEER)  done            n1",
            "2026-11-30 12:00:00.000  LOGIN       as jane@example.com      192.0.2.1  POST /core/authn/basic                         refused 403 x7  n1");
    assertThat(URLDecoder.decode(host.request().target(), StandardCharsets.UTF_8))
        .isEqualTo(
            "/core/audit?expand&$orderby=timeMicros desc&$top=20&$filter="
                + "(subjectLink eq '/core/authz/users/jane@example.com' or userLink eq '/core/authz/users/jane@example.com')"
                + " and link eq '/core/o''neil/*' and action eq 'API_KEY' and timeMicros ge 1796025600000000");
  }

  @Test
  void auditSaysWhatIsWrongBeforeItAsks() {
    assertThat(run("audit", "--since=yesterday").err()).contains("--since takes a time such as");
    assertThat(run("audit", "--last=0").err()).contains("--last takes a number");
    assertThat(run("audit", "all").err()).contains("audit takes no 'all'");
  }

  @Test
  void clusterIsPrintedAsTheHostSentItOnRequest() {
    host.answers(200, READY);

    assertThat(run("cluster", "-o", "json").out().strip()).isEqualTo(READY);
    assertThat(run("cluster", "-s", ".ready").out().strip()).isEqualTo("true");
  }

  @Test
  void healthOfAReadyHostIsZero() {
    host.answers(200, READY);

    CliRun.Result result = run("health");

    assertThat(result.code()).isZero();
    assertThat(result.out().strip()).isEqualTo("ready");
    assertThat(host.request().target()).isEqualTo("/core/health/ready");
  }

  @Test
  void healthOfAHostThatIsNotReadySaysWhy() {
    host.answers(503, NOT_READY);

    CliRun.Result result = run("health");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.out())
        .isEqualToNormalizingNewlines("healthy, not ready\n- partition 1 has no leader yet\n");
  }

  @Test
  void healthOfAHostThatKnowsNoHealthIsAnError() {
    host.answers(404, "{\"message\":\"Service not found\"}");

    CliRun.Result result = run("health");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("404", "Service not found");
  }

  @Test
  void healthOfNobodyIsAnError() {
    String url = host.url();
    host.close();

    assertThat(new CliRun().with("CAIRN", url).run("health").code())
        .isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void attributesAreATable() {
    host.answers(
        200,
        """
        {"sets":{"s":{"name":"s","attributes":{
          "a":{"set":"s","name":"a","type":"Integer","value":5},
          "b":{"set":"s","name":"b","type":"String","value":"two\\nlines\\u001b[31m"}}}}}
        """);

    assertThat(run("attributes", "list").out())
        .isEqualToNormalizingNewlines(
            """
            SET  NAME  TYPE     VALUE
            s    a     Integer  5
            s    b     String   two\\nlines\\u001b[31m
            """);
    assertThat(host.request().target()).isEqualTo("/core/attributes");
  }

  @Test
  void valueOfAnAttributeIsPrintedAlone() {
    host.answers(200, "{\"set\":\"s\",\"name\":\"a\",\"type\":\"String\",\"value\":\"x y\"}");

    assertThat(run("attributes", "get", "s", "a").out().strip()).isEqualTo("x y");
    assertThat(host.request().target()).isEqualTo("/core/attributes/s/a");
  }

  @Test
  void setIsATable() {
    host.answers(200, "{\"name\":\"s\",\"attributes\":{}}");

    assertThat(run("attributes", "get", "s").out().strip()).isEqualTo("NAME  TYPE  VALUE");
  }

  @Test
  void namesMayHoldAnything() {
    run("attributes", "get", "a/b c", "..?é");

    assertThat(host.request().target()).isEqualTo("/core/attributes/a%2Fb%20c/%2E%2E%3F%C3%A9");
  }

  @Test
  void valueIsSentAsWhatItLooksLike() {
    assertThat(sent("5")).isEqualTo("{\"value\":5}");
    assertThat(sent("-1.50")).isEqualTo("{\"value\":-1.50}");
    assertThat(sent("true")).isEqualTo("{\"value\":true}");
    assertThat(sent("five")).isEqualTo("{\"value\":\"five\"}");
    assertThat(sent("{}")).isEqualTo("{\"value\":\"{}\"}");
    assertThat(sent("null")).isEqualTo("{\"value\":\"null\"}");
    assertThat(sent("")).isEqualTo("{\"value\":\"\"}");
    assertThat(sent("5", "--type=String")).isEqualTo("{\"type\":\"String\",\"value\":\"5\"}");
    assertThat(sent("5", "--type", "Long")).isEqualTo("{\"type\":\"Long\",\"value\":\"5\"}");
  }

  private static String sent(String value, String... options) {
    try (RecordingHost fresh = RecordingHost.start()) {
      String[] args = {"attributes", "put", "s", "a", value};
      String[] all = java.util.Arrays.copyOf(args, args.length + options.length);
      System.arraycopy(options, 0, all, args.length, options.length);
      assertThat(CliRun.against(fresh).run(all).code()).isZero();
      assertThat(fresh.request().method()).isEqualTo("PUT");
      return fresh.request().body();
    }
  }

  @Test
  void changeThatAllHaveConfirmedIsZero() {
    host.answers(200, "{\"confirmed\":[\"n2\",\"n3\"],\"unconfirmed\":[]}");

    CliRun.Result result = run("attributes", "put", "s", "a", "1", "--confirm");

    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualToNormalizingNewlines("n2\nn3\n");
    assertThat(host.request().target()).isEqualTo("/core/attributes/s/a?confirm=true");
  }

  @Test
  void changeThatSomeHaveNotConfirmedIsNotZero() {
    host.answers(200, "{\"confirmed\":[\"n2\"],\"unconfirmed\":[\"n3\"]}");

    CliRun.Result result = run("attributes", "remove", "s", "--confirm");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("n3");
    assertThat(host.request().method()).isEqualTo("DELETE");
    host.answers(202, "{}");
    assertThat(run("attributes", "remove", "s", "--confirm").code()).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void eventsAreLines() {
    host.withHeader("content-type", "text/event-stream")
        .answers(
            200,
            "event: state\nid: 1\ndata: {\"a\":1}\n\n: beat\n\nevent: x\ndata: 1\ndata: 2\n\n");

    CliRun.Result result = run("attributes", "watch", "s");

    assertThat(result.out()).isEqualToNormalizingNewlines("state {\"a\":1}\nx 1 2\n");
    assertThat(host.request().header("accept")).isEqualTo("text/event-stream");
    assertThat(host.request().target()).isEqualTo("/core/attributes/s");
    assertThat(result.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(run("cluster", "watch").out()).startsWith("state");
  }

  @Test
  void watchThatIsRefusedIsAnError() {
    host.answers(503, "{\"message\":\"1000 clients watch already\"}");

    CliRun.Result result = run("cluster", "watch");

    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("1000 clients");
  }

  @Test
  void wrongUsageSendsNothing() {
    assertThat(run("cluster", "what").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("health", "what").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes", "get").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes", "get", "a", "b", "c").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes", "put", "a", "b").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes", "put", "a", "", "c").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes", "remove").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("attributes", "list", "x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("health", "-i", "x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(host.requests()).isZero();
  }

  @Test
  void helpIsThere() {
    assertThat(run("attributes", "put", "--help").out())
        .contains("--type", "--confirm", "SET NAME");
    assertThat(run("attributes", "--help").out()).contains("watch", "remove");
    assertThat(run("--help").out()).contains("cluster", "health", "attributes");
  }
}
