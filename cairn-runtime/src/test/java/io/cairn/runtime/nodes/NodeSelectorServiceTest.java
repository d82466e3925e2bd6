// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Notes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class NodeSelectorServiceTest {

  private static final String SELECTORS = "/core/node-selectors";
  private static final String DEFAULT = SELECTORS + "/default";

  @TempDir Path sandbox;
  private HostFixture host;

  @BeforeEach
  void start() {
    host = HostFixture.start(sandbox, Notes::start).awaitAvailable();
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private String id() {
    return host.host().getId();
  }

  @Test
  void threeSelectorsAreThereFromTheBeginning() {
    assertThat(host.get(SELECTORS).result().documentLinks)
        .containsExactly(DEFAULT, DEFAULT + "-1x", DEFAULT + "-3x");
    assertThat(host.get(DEFAULT).json().has("replicationFactor")).isFalse();
    assertThat(host.get(DEFAULT + "-1x").json().get("replicationFactor").asInt()).isEqualTo(1);
    JsonNode three = host.get(DEFAULT + "-3x").json();
    assertThat(three.get("replicationFactor").asInt()).isEqualTo(3);
    assertThat(three.get("nodeGroupLink").asString()).isEqualTo("/core/node-groups/default");
    assertThat(three.get("status").asString()).isEqualTo("AVAILABLE");
    assertThat(three.get("documentKind").asString())
        .isEqualTo("com:vmware:xenon:common:NodeSelectorState");
  }

  @Test
  void ownerOfAKeyIsSelected() {
    for (String selector : new String[] {"", "-1x", "-3x"}) {
      Answer answer = host.post(DEFAULT + selector, "{\"key\":\"some-key\"}");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().get("ownerNodeId").asString()).isEqualTo(id());
      assertThat(answer.json().get("isLocalHostOwner").asBoolean()).isTrue();
      assertThat(answer.json().at("/selectedNodes/0/id").asString()).isEqualTo(id());
      // The node counts as available again when it has opened what the selectors keep.
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          host.post(DEFAULT + selector, "{\"key\":\"some-key\"}")
                              .json()
                              .get("availableNodeCount")
                              .asInt())
                      .isEqualTo(1));
      assertThat(answer.json().get("ownerNodeGroupReference").asString())
          .endsWith("/core/node-groups/default");
    }
  }

  @Test
  void selectionNeedsAKeyOrATarget() {
    assertThat(host.post(DEFAULT, "{}").status()).isEqualTo(400);
    assertThat(host.post(DEFAULT, null).status()).isEqualTo(400);
    assertThat(host.post(DEFAULT, "{\"key\":\"k\",\"options\":[\"REPLICATE\"]}").status())
        .isEqualTo(400);
  }

  @Test
  void requestIsForwardedWithAnyVerbAndAnsweredVerbatim() {
    String target = DEFAULT + "/forwarding?target=KEY_HASH&path=";

    Answer made = host.post(target + "/notes", "{\"documentSelfLink\":\"one\",\"name\":\"a\"}");
    Answer read = host.get(target + "/notes/one");
    Answer missing = host.get(target + "/notes/two");

    assertThat(made.status()).isEqualTo(200);
    assertThat(read.json()).isEqualTo(host.get("/notes/one").json());
    assertThat(missing.status()).isEqualTo(404);
    assertThat(host.delete(target + "/notes/one").status()).isEqualTo(200);
    assertThat(host.get("/notes/one").status()).isEqualTo(404);
  }

  @Test
  void requestForAPeerGoesToItAndNoOther() {
    String target = DEFAULT + "/forwarding?target=PEER_ID&path=/core/management&peer=";

    assertThat(host.get(target + id()).json().get("id").asString()).isEqualTo(id());
    Answer gone = host.get(target + "nobody");
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.message()).contains("nobody").contains("not a member");
  }

  @Test
  void queryOfTheTargetIsPassedOn() {
    var _ = host.post("/notes", "{\"documentSelfLink\":\"one\",\"name\":\"a\"}");

    Answer listed =
        host.get(
            DEFAULT
                + "/forwarding?target=PEER_ID&path=/notes&peer=%s&query=%s"
                    .formatted(
                        id(),
                        HostFixture.encoded("expand&$filter=name eq 'a'".replace(" ", "%20"))));

    assertThat(listed.status()).isEqualTo(200);
    assertThat(listed.result().documents).containsOnlyKeys("/notes/one");
  }

  @Test
  void broadcastTellsWhatEachNodeSaid() {
    Answer answer = host.get(DEFAULT + "/forwarding?target=ALL&path=/core/management");

    String uri = host.host().getPublicUri() + "/core/management";
    JsonNode said = answer.json();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(said.get("receivers").toString()).isEqualTo("[\"" + uri + "\"]");
    assertThat(said.get("selectedNodes").propertyNames()).containsExactly(id());
    assertThat(said.get("jsonResponses").get(uri).isString()).isTrue();
    assertThat(said.get("jsonResponses").get(uri).asString()).contains("\"id\":\"" + id() + "\"");
    assertThat(said.get("failures").size()).isZero();
    assertThat(said.get("nodeCount").asInt()).isEqualTo(1);
    assertThat(said.get("availableNodeCount").asInt()).isEqualTo(1);
    assertThat(said.get("membershipQuorum").asInt()).isEqualTo(1);
  }

  @Test
  void broadcastThatFailsSaysWhy() {
    Answer answer = host.get(DEFAULT + "/forwarding?target=ALL&path=/nothing/here");

    String uri = host.host().getPublicUri() + "/nothing/here";
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("failures").get(uri).get("statusCode").asInt()).isEqualTo(404);
  }

  @Test
  void malformedForwardsAreRefused() {
    String forwarding = DEFAULT + "/forwarding";

    assertThat(host.get(forwarding).message()).contains("target");
    assertThat(host.get(forwarding + "?target=SOME&path=/x").status()).isEqualTo(400);
    assertThat(host.get(forwarding + "?target=ALL").message()).contains("path");
    assertThat(host.get(forwarding + "?target=PEER_ID&path=/x").message()).contains("peer");
    assertThat(host.get(forwarding + "?target=ALL&path=x").status()).isEqualTo(400);
    assertThat(host.get(DEFAULT + "/nothing").status()).isEqualTo(404);
  }

  @Test
  void customSelectorIsMadeByPost() {
    Answer made =
        host.post(
            SELECTORS,
            "{\"documentSelfLink\":\"two\",\"nodeGroupLink\":\"/core/node-groups/default\","
                + "\"replicationFactor\":2}");

    assertThat(made.status()).isEqualTo(200);
    assertThat(made.json().get("replicationFactor").asInt()).isEqualTo(2);
    assertThat(
            host.post(SELECTORS + "/two", "{\"key\":\"k\"}").json().get("ownerNodeId").asString())
        .isEqualTo(id());
    assertThat(host.post(SELECTORS, "{\"documentSelfLink\":\"two\"}").status()).isIn(400, 409);
    assertThat(host.post(SELECTORS, "{}").status()).isEqualTo(400);
    assertThat(
            host.post(SELECTORS, "{\"documentSelfLink\":\"x\",\"nodeGroupLink\":\"y\"}").status())
        .isEqualTo(400);
  }

  @Test
  void selectorsBeyondTheBoundAreRefusedAndWhatIsRefusedTakesNoPlace() {
    host.restart(arguments -> arguments.maxNodeSelectors = 4);
    String bad = "{\"documentSelfLink\":\"four\",\"replicationQuorum\":0}";
    assertThat(host.post(SELECTORS, bad).status()).isEqualTo(400);
    assertThat(
            host.post(SELECTORS, "{\"documentSelfLink\":\"four\",\"replicationFactor\":2}")
                .status())
        .isEqualTo(200);

    Answer more = host.post(SELECTORS, "{\"documentSelfLink\":\"more\"}");

    assertThat(more.status()).isEqualTo(429);
    assertThat(more.message()).contains("maxNodeSelectors", "4");
    assertThat(host.get(SELECTORS + "/more").status()).isEqualTo(404);
    assertThat(host.get(SELECTORS).result().documentLinks).hasSize(4);
    assertThat(host.post(SELECTORS, "{\"documentSelfLink\":\"four\"}").status()).isIn(400, 409);
  }

  @Test
  void replicationQuorumIsShown() {
    String quorum =
        """
        {"documentKind":"com:vmware:xenon:common:NodeSelectorService:UpdateReplicationQuorumRequest",
         "replicationQuorum":%d,"isGroupUpdate":%b}
        """;

    assertThat(host.patch(DEFAULT + "-3x", quorum.formatted(2, true)).status()).isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThat(host.get(DEFAULT + "-3x").json().get("replicationQuorum").asInt())
                    .isEqualTo(2));
    assertThat(host.patch(DEFAULT + "-3x", quorum.formatted(4, false)).status()).isEqualTo(400);
    assertThat(host.patch(DEFAULT + "-3x", quorum.formatted(0, false)).status()).isEqualTo(400);
  }
}
