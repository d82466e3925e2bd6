// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.query.Aggregation;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Aggregations by a look at each item, as anybody would write them down; and random ones. */
final class PlainAggregations {
  private static final List<String> NUMBERS =
      List.of("rank", "weight", "price", "at", "sizes", "documentVersion");
  private static final List<String> VALUES = List.of("rank", "word", "tags", "price", "sizes");
  private static final List<Aggregation.Type> TYPES = List.of(Aggregation.Type.values());
  private static final List<SortOrder> ORDERS = List.of(SortOrder.values());
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  private PlainAggregations() {}

  /** Puts random questions to hosts in turn, and holds the answers against a look at each item. */
  static void compare(Map<String, JsonNode> items, Random random, int rounds, HttpProbe... hosts)
      throws IOException {
    var description =
        io.cairn.document.ServiceDocumentDescription.Builder.create()
            .buildDescription(SpreadItems.Item.class);
    for (int round = 0; round < rounds; round++) {
      Query query = SpreadItems.randomQuery(random, 0);
      QueryTask task = QueryTask.Builder.createDirectTask().setQuery(query).build();
      task.querySpec.aggregations = random(random, 1);
      QueryFilter filter = QueryFilter.create(query);
      List<JsonNode> matching =
          items.values().stream().filter(item -> filter.evaluate(item, description)).toList();
      String asked = DocumentJson.standard().toJson(task);
      Answer answer = hosts[round % hosts.length].post("/core/query-tasks", asked);
      assertThat(answer.status()).as("%s: %s", asked, answer).isEqualTo(200);
      JsonNode results = answer.json().get("results");
      assertThat(results.get("documentCount").asInt()).isEqualTo(matching.size());
      assertThat(shown(results.get("aggregations")))
          .as(asked)
          .isEqualTo(of(task.querySpec.aggregations, matching));
    }
  }

  private static Map<String, Aggregation> random(Random random, int depth) {
    Map<String, Aggregation> all = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      Aggregation.Type type = TYPES.get(random.nextInt(TYPES.size()));
      boolean times = type == Aggregation.Type.DATE_HISTOGRAM;
      List<String> names = type.isNumeric() ? NUMBERS : VALUES;
      Aggregation asked =
          Aggregation.of(type, times ? "at" : names.get(random.nextInt(names.size())));
      switch (type) {
        case PERCENTILES -> asked.percents = List.of(0.0, 50.0, 99.5, 100.0 * random.nextDouble());
        case HISTOGRAM -> {
          asked.interval =
              asked.propertyName.equals("at")
                  ? "86400000000"
                  : List.of("0.1", "2.5", "7").get(i - 1);
          asked.offset = random.nextBoolean() ? null : "0.05";
        }
        case DATE_HISTOGRAM -> {
          asked.interval =
              List.of("PT36H", "DAY", "WEEK", "MONTH", "QUARTER").get(random.nextInt(5));
          asked.timeZone = asked.interval.startsWith("PT") ? null : ZONE.getId();
        }
        case TERMS -> {
          asked.limit = random.nextBoolean() ? null : 1 + random.nextInt(8);
          asked.orderBy = random.nextBoolean() ? null : "key";
          asked.sortOrder = random.nextBoolean() ? null : ORDERS.get(random.nextInt(2));
        }
        default -> {}
      }
      if (type.isBuckets() && depth < 3 && random.nextBoolean()) {
        asked.aggregations = random(random, depth + 1);
        if (type == Aggregation.Type.TERMS && random.nextBoolean()) {
          asked.with("extra", Aggregation.of(Aggregation.Type.AVG, "weight")).orderBy = "extra";
        }
      }
      all.put("a" + i, asked);
    }
    return all;
  }

  private static String of(Map<String, Aggregation> all, List<JsonNode> items) {
    StringBuilder shown = new StringBuilder();
    all.forEach((name, asked) -> shown.append(name).append(of(asked, items)));
    return shown.toString();
  }

  private static String of(Aggregation asked, List<JsonNode> items) {
    List<List<Object>> values = items.stream().map(item -> values(item, asked)).toList();
    List<BigDecimal> numbers =
        values.stream()
            .flatMap(List::stream)
            .filter(BigDecimal.class::isInstance)
            .map(BigDecimal.class::cast)
            .sorted()
            .toList();
    BigDecimal sum = numbers.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return switch (asked.type) {
      case COUNT -> value(new BigDecimal(values.stream().filter(each -> !each.isEmpty()).count()));
      case MIN -> value(numbers.isEmpty() ? null : numbers.getFirst());
      case MAX -> value(numbers.isEmpty() ? null : numbers.getLast());
      case SUM -> value(sum);
      case AVG ->
          value(
              numbers.isEmpty()
                  ? null
                  : BigDecimal.valueOf(
                      sum.divide(new BigDecimal(numbers.size()), MathContext.DECIMAL128)
                          .doubleValue()));
      case CARDINALITY -> {
        Set<Object> different = new HashSet<>();
        values.forEach(different::addAll);
        yield value(new BigDecimal(different.size()));
      }
      case PERCENTILES -> percentiles(asked, numbers);
      default -> buckets(asked, items);
    };
  }

  private static String percentiles(Aggregation asked, List<BigDecimal> numbers) {
    StringBuilder shown = new StringBuilder();
    for (double percent : numbers.isEmpty() ? List.<Double>of() : asked.percents) {
      int rank =
          BigDecimal.valueOf(percent)
              .multiply(new BigDecimal(numbers.size()))
              .divide(new BigDecimal(100), RoundingMode.CEILING)
              .setScale(0, RoundingMode.CEILING)
              .intValue();
      shown.append('p').append(plain(numbers.get(Math.max(rank, 1) - 1)));
    }
    return "[" + shown + "]";
  }

  private static String buckets(Aggregation asked, List<JsonNode> items) {
    Map<Object, List<JsonNode>> buckets = new TreeMap<>(PlainAggregations::compare);
    int without = 0;
    for (JsonNode item : items) {
      Set<Object> keys = new TreeSet<>(PlainAggregations::compare);
      values(item, asked).forEach(value -> keys.add(key(asked, value)));
      without += keys.isEmpty() ? 1 : 0;
      keys.forEach(key -> buckets.computeIfAbsent(key, _ -> new ArrayList<>()).add(item));
    }
    List<Object> keys = new ArrayList<>(buckets.keySet());
    if (asked.type == Aggregation.Type.TERMS) {
      boolean byKey = "key".equals(asked.orderBy);
      boolean down = asked.sortOrder == null ? !byKey : asked.sortOrder == SortOrder.DESC;
      Comparator<BigDecimal> order = down ? Comparator.reverseOrder() : Comparator.naturalOrder();
      if (byKey) {
        keys.sort(
            down
                ? Collections.reverseOrder(PlainAggregations::compare)
                : PlainAggregations::compare);
      } else {
        keys.sort(
            Comparator.comparing(
                key -> number(asked, buckets.get(key)), Comparator.nullsLast(order)));
      }
    }
    StringBuilder shown = new StringBuilder("{" + buckets.size() + " " + without + " ");
    keys.stream()
        .limit(
            asked.type != Aggregation.Type.TERMS ? 999_999 : asked.limit == null ? 10 : asked.limit)
        .forEach(
            key -> {
              List<JsonNode> inside = buckets.get(key);
              shown.append(plain(key)).append('#').append(inside.size());
              shown.append(asked.aggregations == null ? "" : of(asked.aggregations, inside));
              shown.append(' ');
            });
    return shown + "}";
  }

  private static @Nullable BigDecimal number(Aggregation asked, List<JsonNode> inside) {
    if (asked.orderBy == null) {
      return new BigDecimal(inside.size());
    }
    String shown = of(asked.aggregations.get(asked.orderBy), inside);
    return shown.equals("=none ") ? null : new BigDecimal(shown.substring(1).strip());
  }

  private static Object key(Aggregation asked, Object value) {
    if (asked.type == Aggregation.Type.TERMS) {
      return value;
    }
    BigDecimal number = (BigDecimal) value;
    boolean fixed = asked.type == Aggregation.Type.HISTOGRAM || asked.interval.startsWith("PT");
    if (fixed) {
      BigDecimal width =
          new BigDecimal(asked.interval.equals("PT36H") ? "129600000000" : asked.interval);
      BigDecimal offset = new BigDecimal(asked.offset == null ? "0" : asked.offset);
      BigDecimal[] parts = number.subtract(offset).divideAndRemainder(width);
      BigDecimal whole = parts[1].signum() < 0 ? parts[0].subtract(BigDecimal.ONE) : parts[0];
      return same(whole.multiply(width).add(offset));
    }
    ZonedDateTime day =
        Instant.ofEpochMilli(number.longValueExact() / 1000)
            .atZone(ZONE)
            .truncatedTo(ChronoUnit.DAYS);
    ZonedDateTime first =
        switch (asked.interval) {
          case "DAY" -> day;
          case "WEEK" -> day.minusDays(day.getDayOfWeek().getValue() - 1);
          case "MONTH" -> day.minusDays(day.getDayOfMonth() - 1);
          default -> day.withDayOfMonth(1).minusMonths((day.getMonthValue() - 1) % 3);
        };
    return same(new BigDecimal(first.toInstant().toEpochMilli() * 1000));
  }

  /** Numbers before texts, texts by their characters. */
  private static int compare(Object one, Object other) {
    if (one instanceof BigDecimal left && other instanceof BigDecimal right) {
      return left.compareTo(right);
    }
    return one.toString().compareTo(other.toString());
  }

  private static List<Object> values(JsonNode item, Aggregation asked) {
    JsonNode field = item.path(asked.propertyName);
    List<Object> values = new ArrayList<>();
    for (JsonNode value : field.isArray() ? field.values() : List.of(field)) {
      if (value.isNumber()) {
        values.add(same(value.decimalValue()));
      } else if (value.isString() && asked.propertyName.equals("at")) {
        values.add(same(new BigDecimal(Instant.parse(value.asString()).toEpochMilli() * 1000)));
      } else if (value.isString()) {
        values.add(value.asString());
      }
    }
    // Of texts of one document equal ones are one.
    return asked.propertyName.equals("tags") ? List.copyOf(new LinkedHashSet<>(values)) : values;
  }

  private static BigDecimal same(BigDecimal number) {
    return number.stripTrailingZeros();
  }

  private static String plain(Object value) {
    return value instanceof BigDecimal number ? same(number).toPlainString() : "'" + value + "'";
  }

  private static String value(@Nullable BigDecimal number) {
    return "=" + (number == null ? "none" : plain(number)) + " ";
  }

  /** An answer in the same words. */
  private static String shown(JsonNode results) {
    StringBuilder shown = new StringBuilder();
    results
        .properties()
        .forEach(each -> shown.append(each.getKey()).append(shownOne(each.getValue())));
    return shown.toString();
  }

  private static String shownOne(JsonNode result) {
    assertThat(result.has("relativeError")).isFalse();
    if (result.has("percentiles")) {
      StringBuilder shown = new StringBuilder();
      result
          .get("percentiles")
          .values()
          .forEach(number -> shown.append('p').append(plain(number.decimalValue())));
      return "[" + shown + "]";
    }
    if (!result.has("buckets")) {
      return value(result.has("value") ? result.get("value").decimalValue() : null);
    }
    StringBuilder shown =
        new StringBuilder(
            "{" + result.get("bucketCount") + " " + result.get("withoutValueCount") + " ");
    for (JsonNode bucket : result.get("buckets").values()) {
      JsonNode key = bucket.get("key");
      shown
          .append(plain(key.isNumber() ? key.decimalValue() : key.asString()))
          .append('#')
          .append(bucket.get("documentCount"))
          .append(bucket.has("aggregations") ? shown(bucket.get("aggregations")) : "")
          .append(' ');
    }
    return shown + "}";
  }
}
