// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.ServiceUriPaths;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Documents of which all nodes of a group, three, or one keep each. */
public final class SpreadItems {
  static final List<String> FACTORIES = List.of("/thrice", "/once", "/everywhere");
  private static final List<Occurance> OCCURANCES = List.of(Occurance.values());

  private SpreadItems() {}

  /** A document. */
  public static class Item extends ServiceDocument {
    public @Nullable String label;

    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public @Nullable String word;

    public @Nullable Long rank;
    public @Nullable Double weight;
    public @Nullable String next;

    /** Compared exactly. */
    public @Nullable BigDecimal price;

    public @Nullable Date at;

    @PropertyOptions(indexing = {PropertyIndexingOption.SORT, PropertyIndexingOption.EXPAND})
    public @Nullable List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<Long> sizes;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<BigDecimal> prices;
  }

  /** Three nodes of four keep each. */
  public static final class Thrice extends Items {
    public static final String FACTORY_LINK = "/thrice";

    public Thrice() {
      setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_3X_NODE_SELECTOR);
    }
  }

  /** One node keeps each. */
  public static final class Once extends Items {
    public static final String FACTORY_LINK = "/once";

    public Once() {
      setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR);
    }
  }

  /** All nodes keep each. */
  public static final class Everywhere extends Items {
    public static final String FACTORY_LINK = "/everywhere";
  }

  /** Items. */
  public abstract static class Items extends StatefulService {
    Items() {
      super(Item.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }
  }

  /** Starts the factories of all three. */
  public static void start(ServiceHost host) {
    host.startFactory(new Thrice());
    host.startFactory(new Once());
    host.startFactory(new Everywhere());
  }

  /** The item of a number, of so many that each name the next one. */
  public static String numbered(String factory, int i, int each) {
    return """
        {"documentSelfLink":"%02d","label":"%s","word":"w%d","rank":%d,"weight":%s,"next":"%s/%02d",
         "price":%d.10,"tags":["t%d","t%d"],"sizes":[%d,3],"at":"2026-%02d-11T10:00:00Z"}
        """
        .formatted(
            i,
            i % 2 == 0 ? "even" : "odd",
            i % 7,
            i % 10,
            i * 0.5,
            factory,
            (i + 1) % each,
            i,
            i % 3,
            i % 5,
            i % 4,
            1 + i % 12);
  }

  /** What an item has beside its name, some of it or nothing. */
  static String randomFields(Random random) {
    List<String> fields = new ArrayList<>();
    fields.add("\"word\":\"w%d\"".formatted(random.nextInt(9)));
    fields.add("\"rank\":%d".formatted(random.nextInt(20) - 5));
    fields.add("\"weight\":%s".formatted(random.nextInt(400) / 10.0 - 7));
    fields.add("\"price\":%d.%02d".formatted(random.nextInt(30), random.nextInt(100)));
    fields.add(
        "\"at\":\"2026-%02d-%02dT%02d:30:00.000Z\""
            .formatted(1 + random.nextInt(12), 1 + random.nextInt(28), random.nextInt(24)));
    fields.add("\"tags\":[\"t%d\",\"t%d\"]".formatted(random.nextInt(6), random.nextInt(6)));
    fields.add("\"sizes\":[%d,%d]".formatted(random.nextInt(9), random.nextInt(9)));
    fields.removeIf(_ -> random.nextInt(8) == 0);
    return String.join(",", fields);
  }

  /** A query for some of them. */
  static Query randomQuery(Random random, int depth) {
    Query query = new Query();
    if (depth == 0) {
      // Beside these documents a host has some of its own.
      query.addBooleanClause(
          new Query()
              .setTermPropertyName("label")
              .setTermMatchValue("*")
              .setTermMatchType(MatchType.WILDCARD));
    }
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      Query clause =
          depth < 2 && random.nextInt(3) == 0 ? randomQuery(random, depth + 1) : randomTerm(random);
      query.addBooleanClause(
          clause.setOccurance(OCCURANCES.get(random.nextInt(depth == 0 ? 2 : 3))));
    }
    return query;
  }

  private static Query randomTerm(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Query().setTermPropertyName("word").setTermMatchValue("w" + random.nextInt(8));
      case 1 ->
          new Query()
              .setTermPropertyName("documentSelfLink")
              .setTermMatchValue(FACTORIES.get(random.nextInt(3)) + "/" + random.nextInt(6))
              .setTermMatchType(MatchType.PREFIX);
      case 2 ->
          new Query()
              .setTermPropertyName("rank")
              .setNumericRange(
                  NumericRange.createLongRange(
                      (long) random.nextInt(5), 4L + random.nextInt(6), true, false));
      case 3 ->
          new Query()
              .setTermPropertyName("weight")
              .setNumericRange(NumericRange.createLessThanRange(random.nextInt(60) / 2.0));
      default ->
          new Query()
              .setTermPropertyName("next")
              .setTermMatchValue("*" + random.nextInt(10))
              .setTermMatchType(MatchType.WILDCARD);
    };
  }
}
