// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.AggregationResult;
import io.cairn.query.Aggregation;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.search.GroupValue;
import io.cairn.wire.MalformedException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is found out of parts of the documents, put together, is what is found out of all. */
class AggregatedTest {
  private static final int MANY = 150_000;

  private static Aggregated begin(Aggregation... asked) {
    QuerySpecification specification = new QuerySpecification();
    Map<String, Aggregation> all = new LinkedHashMap<>();
    for (int i = 0; i < asked.length; i++) {
      all.put("a" + i, asked[i]);
    }
    specification.aggregations = all;
    return new Aggregated(specification);
  }

  private static void add(Aggregated aggregated, GroupValue... values) {
    aggregated.add(_ -> List.of(values));
  }

  private static AggregationResult only(Aggregated aggregated) {
    return aggregated.results().get("a0");
  }

  private static Aggregation percentiles() {
    Aggregation asked = Aggregation.of(Aggregation.Type.PERCENTILES, "p");
    asked.percents = List.of(0.0, 1.0, 50.0, 55.0, 99.9, 100.0);
    return asked;
  }

  @Test
  void percentilesOfManyNumbersAreWithinTheirBound() {
    Random random = new Random(7);
    List<Double> numbers = new ArrayList<>();
    Aggregated[] parts = {begin(percentiles()), begin(percentiles()), begin(percentiles())};
    for (int i = 0; i < MANY; i++) {
      double number = random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6);
      numbers.add(number);
      add(parts[i % 3], GroupValue.of(number));
    }
    Collections.sort(numbers);
    Aggregated all = begin(percentiles());
    for (Aggregated part : parts) {
      all.merge(part.encoded());
    }

    assertThat(only(all).relativeError).isEqualTo(Percentiles.RELATIVE_ERROR);
    only(all)
        .percentiles
        .forEach(
            (percent, found) -> {
              int rank = (int) Math.ceil(Double.parseDouble(percent) * MANY / 100 - 1e-6);
              double exact = numbers.get(Math.max(1, rank) - 1);
              assertThat(Math.abs(found.doubleValue() - exact))
                  .as(percent)
                  .isLessThanOrEqualTo(Math.abs(exact) * Percentiles.RELATIVE_ERROR);
            });
  }

  @Test
  void percentilesOfFewNumbersAreExactWhateverTheirForm() {
    Aggregated all = begin(percentiles());
    for (int i = 1; i <= 100; i++) {
      add(all, GroupValue.of(i));
    }
    assertThat(only(all).percentiles)
        .isEqualTo(Map.of("0", 1L, "1", 1L, "50", 50L, "55", 55L, "99.9", 100L, "100", 100L));
    assertThat(only(all).relativeError).isNull();
    add(all, GroupValue.of(new BigDecimal("1E400")), GroupValue.of(Long.MAX_VALUE));
    assertThat(only(all).percentiles.get("100")).isEqualTo(new BigDecimal("1E400"));
  }

  @Test
  void differentValuesAreCountedExactlyAndThenEstimated() {
    for (int size : new int[] {0, 5, 99_000, 120_000, 1_000_000}) {
      Aggregated[] parts = {
        begin(Aggregation.of(Aggregation.Type.CARDINALITY, "p")),
        begin(Aggregation.of(Aggregation.Type.CARDINALITY, "p"))
      };
      for (int i = 0; i < size; i++) {
        GroupValue value =
            i % 2 == 0
                ? GroupValue.of(i)
                : GroupValue.ofText(("t" + i).getBytes(StandardCharsets.UTF_8));
        add(parts[i % 2], value);
        add(parts[i / 2 % 2], value);
      }
      Aggregated all = begin(Aggregation.of(Aggregation.Type.CARDINALITY, "p"));
      all.merge(parts[0].encoded());
      all.merge(parts[1].encoded());
      long found = only(all).value.longValue();
      if (size <= Question.KEPT) {
        assertThat(found).isEqualTo(size);
        assertThat(only(all).relativeError).isNull();
      } else {
        assertThat(only(all).relativeError).isEqualTo(Distinct.RELATIVE_ERROR);
        assertThat(Math.abs(found - size)).isLessThan((long) (size * 4 * Distinct.RELATIVE_ERROR));
      }
    }
  }

  @Test
  void sumsAreDecimalAndDoNotDependOnTheOrder() {
    Aggregated tenths =
        begin(Aggregation.of(Aggregation.Type.SUM, "p"), Aggregation.of(Aggregation.Type.AVG, "p"));
    for (int i = 0; i < 10; i++) {
      add(tenths, GroupValue.of(0.1));
    }
    assertThat(only(tenths).value).isEqualTo(1L);
    assertThat(tenths.results().get("a1").value).isEqualTo(0.1);

    List<GroupValue> values =
        new ArrayList<>(
            List.of(
                GroupValue.of(1e300),
                GroupValue.of(-1e300),
                GroupValue.of(Long.MAX_VALUE),
                GroupValue.of(Long.MAX_VALUE),
                GroupValue.of(1e-7),
                GroupValue.of(0.00015),
                GroupValue.of(new BigDecimal("0.123456789012345678901234567890"))));
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(values, new Random(round));
      Aggregated here = begin(Aggregation.of(Aggregation.Type.SUM, "p"));
      Aggregated there = begin(Aggregation.of(Aggregation.Type.SUM, "p"));
      for (int i = 0; i < values.size(); i++) {
        add(i < round % 8 ? here : there, values.get(i));
      }
      here.merge(there.encoded());
      assertThat(new BigDecimal(only(here).value.toString()))
          .isEqualByComparingTo("18446744073709551614.123606889012345678901234567890");
    }
  }

  @Test
  void numbersBeyondAllMeasureAreRefusedWhereTheyWouldNeedAsManyDigits() {
    for (Aggregation.Type type :
        List.of(Aggregation.Type.SUM, Aggregation.Type.AVG, Aggregation.Type.HISTOGRAM)) {
      Aggregation asked = Aggregation.of(type, "p");
      asked.interval = type == Aggregation.Type.HISTOGRAM ? "1" : null;
      for (String hostile : List.of("1E999999999", "-1E999999999", "1E-999999999")) {
        assertThatThrownBy(() -> add(begin(asked), GroupValue.of(new BigDecimal(hostile))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("1E1000");
      }
    }
    Aggregated largest = begin(Aggregation.of(Aggregation.Type.MAX, "p"));
    add(largest, GroupValue.of(new BigDecimal("1E999999999")));
    assertThat(only(largest).value).isEqualTo(new BigDecimal("1E999999999"));
  }

  @Test
  void bucketsAndMemoryAreBounded() {
    Aggregated values = begin(Aggregation.of(Aggregation.Type.TERMS, "p"));
    for (int i = 0; i < AggregationMemory.MAX_BUCKETS; i++) {
      add(values, GroupValue.of(i));
    }
    assertThat(only(values).buckets).hasSize(Aggregation.DEFAULT_LIMIT);
    assertThat(only(values).bucketCount).isEqualTo(AggregationMemory.MAX_BUCKETS);
    assertThatThrownBy(() -> add(values, GroupValue.of(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 100000 buckets");
    Aggregated other = begin(Aggregation.of(Aggregation.Type.TERMS, "p"));
    add(other, GroupValue.of(-2));
    assertThatThrownBy(() -> other.merge(begunWith(AggregationMemory.MAX_BUCKETS).encoded()))
        .hasMessageContaining("more than 100000 buckets");

    Aggregated heavy =
        begin(
            Aggregation.of(Aggregation.Type.TERMS, "p")
                .with("d", Aggregation.of(Aggregation.Type.CARDINALITY, "p"))
                .with("p", percentiles()));
    byte[] text = new byte[2_000];
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < AggregationMemory.MAX_BUCKETS; i++) {
                text[i % 2_000]++;
                add(heavy, GroupValue.ofText(text.clone()));
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MB of memory");
  }

  private static Aggregated begunWith(int buckets) {
    Aggregated begun = begin(Aggregation.of(Aggregation.Type.TERMS, "p"));
    for (int i = 0; i < buckets; i++) {
      add(begun, GroupValue.of(i));
    }
    return begun;
  }

  private static Aggregation dates(String interval, String zone) {
    Aggregation asked = Aggregation.of(Aggregation.Type.DATE_HISTOGRAM, "p");
    asked.interval = interval;
    asked.timeZone = zone;
    return asked;
  }

  @Test
  void periodsAreThoseOfTheCalendarOfTheirZone() {
    Aggregated all =
        begin(
            dates("DAY", "Europe/Berlin"),
            dates("WEEK", null),
            dates("QUARTER", null),
            dates("YEAR", null),
            dates("PT1H30M", null));
    // 2026-03-29T12:00Z, a day of 23 hours in Berlin
    add(all, GroupValue.of(1_774_785_600_000_000L));
    List<String> times =
        all.results().values().stream().map(result -> result.buckets.getFirst().time).toList();
    assertThat(times)
        .containsExactly(
            "2026-03-29T00:00:00+01:00",
            "2026-03-23T00:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-03-29T12:00:00Z");
    add(all, GroupValue.of(Long.MAX_VALUE), GroupValue.of(Long.MIN_VALUE), GroupValue.of(1e300));
    assertThat(only(all).bucketCount).isEqualTo(3);
  }

  @Test
  void whatIsNoAnswerToTheSameQuestionIsRefused() {
    Aggregation asked =
        Aggregation.of(Aggregation.Type.TERMS, "p")
            .with("d", Aggregation.of(Aggregation.Type.CARDINALITY, "p"))
            .with("p", percentiles())
            .with("s", Aggregation.of(Aggregation.Type.SUM, "p"))
            .with("m", Aggregation.of(Aggregation.Type.MAX, "p"));
    Aggregated begun = begin(asked);
    add(begun, GroupValue.of(1), GroupValue.of(2.5), GroupValue.of(new BigDecimal("1E30")));
    byte[] bytes = begun.encoded();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> begin(asked).merge(cut)).isInstanceOf(MalformedException.class);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> begin(asked).merge(longer)).isInstanceOf(MalformedException.class);
  }
}
