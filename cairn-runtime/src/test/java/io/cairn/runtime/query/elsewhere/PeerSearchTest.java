// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.RankedGroup;
import io.cairn.store.search.SortKey;
import io.cairn.wire.MalformedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What nodes say to each other about searches, as bytes. */
class PeerSearchTest {
  private static final SortKey KEY =
      SortKey.of(
          Arrays.asList(-7L, 2.5, null, new byte[] {1, -1}, "/a".getBytes(StandardCharsets.UTF_8)));

  private static PeerSearch.Open open() {
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        new Query()
            .addBooleanClause(new Query().setTermPropertyName("a").setTermMatchValue("b"))
            .addBooleanClause(
                new Query()
                    .setTermPropertyName("n")
                    .setNumericRange(
                        NumericRange.createDecimalRange(
                            new BigDecimal("0.100000000000000000001"), null, true, false)));
    specification.options.add(QueryOption.SORT);
    return new PeerSearch.Open(
        "id",
        List.of("g/1", "g/2"),
        specification,
        new Query().setTermPropertyName("p").setTermMatchValue("/q"),
        5,
        PeerSearch.Wanted.rows(KEY, 10, true));
  }

  @Test
  void requestsAreReadAsTheyWereWritten() {
    PeerSearch.Open open = open();

    PeerSearch.Open read = (PeerSearch.Open) PeerSearch.decode(PeerSearch.encode(open));

    assertThat(read.groups()).isEqualTo(open.groups());
    assertThat(read.wanted()).isEqualTo(open.wanted());
    assertThat(read.lifeMicros()).isEqualTo(5);
    assertThat(DocumentJson.standard().toJson(read.specification()))
        .isEqualTo(DocumentJson.standard().toJson(open.specification()))
        .contains("0.100000000000000000001");
    assertThat(DocumentJson.standard().toJson(read.restriction()))
        .isEqualTo(DocumentJson.standard().toJson(open.restriction()));
    PeerSearch.Read further = new PeerSearch.Read("id", PeerSearch.Wanted.number());
    assertThat(PeerSearch.decode(PeerSearch.encode(further))).isEqualTo(further);
    PeerSearch.Read asked = new PeerSearch.Read("id", PeerSearch.Wanted.aggregations());
    assertThat(PeerSearch.decode(PeerSearch.encode(asked))).isEqualTo(asked);
    PeerSearch.Read grouped =
        new PeerSearch.Read("id", PeerSearch.Wanted.inGroup("a", KEY, 3, false).within(17));
    assertThat(PeerSearch.decode(PeerSearch.encode(grouped))).isEqualTo(grouped);
    PeerSearch.Read groups = new PeerSearch.Read("id", PeerSearch.Wanted.groups(11));
    assertThat(PeerSearch.decode(PeerSearch.encode(groups))).isEqualTo(groups);
    PeerSearch.Close close = new PeerSearch.Close("id");
    assertThat(PeerSearch.decode(PeerSearch.encode(close))).isEqualTo(close);
  }

  private static PeerFound.Rows rows() {
    DocumentVersion document =
        new DocumentVersion(
            "/a/1", "k", 3, 1, 1_000, "PUT", 0, "{}".getBytes(StandardCharsets.UTF_8));
    return new PeerFound.Rows(
        List.of(
            new PeerFound.Row("/a/1", 3, KEY, document), new PeerFound.Row("/a/2", 0, KEY, null)),
        true,
        77,
        new byte[] {4, 2},
        GROUPS);
  }

  private static final List<RankedGroup> GROUPS =
      Stream.of(
              GroupValue.of(-7),
              GroupValue.of(2.5),
              GroupValue.of(new BigDecimal("1e400")),
              GroupValue.ofText("zoé".getBytes(StandardCharsets.UTF_8)),
              GroupValue.NONE)
          .map(value -> new RankedGroup(value, KEY))
          .toList();

  @Test
  void answersAreReadAsTheyWereWritten() {
    PeerFound.Rows read = (PeerFound.Rows) PeerFound.decode(PeerFound.encode(rows()));

    assertThat(read.count()).isEqualTo(77);
    assertThat(read.more()).isTrue();
    assertThat(read.aggregated()).containsExactly(4, 2);
    assertThat(read.rows().getFirst().key()).isEqualTo(KEY);
    assertThat(read.rows().getFirst().document().json())
        .isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    assertThat(read.rows().getLast().document()).isNull();
    assertThat(read.groups()).isEqualTo(GROUPS);
    for (PeerFound.Reason reason : PeerFound.Reason.values()) {
      PeerFound.Refused refused = new PeerFound.Refused(reason, "why");
      assertThat(PeerFound.decode(PeerFound.encode(refused))).isEqualTo(refused);
    }
  }

  @Test
  void whatEndsEarlyOrGoesOnIsRefused() {
    assertRefused(PeerSearch.encode(open()), PeerSearch::decode);
    assertRefused(PeerFound.encode(rows()), PeerFound::decode);
  }

  private static void assertRefused(byte[] bytes, Function<byte[], ?> decode) {
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> decode.apply(cut)).isInstanceOf(MalformedException.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> decode.apply(longer)).isInstanceOf(MalformedException.class);
  }
}
