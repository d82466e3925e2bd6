// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What aggregations may ask. What they may not is refused with what to do instead. Stateless. */
public final class AggregationRules {
  /** Aggregations of one query, at all depths. */
  public static final int MAX_AGGREGATIONS = 64;

  /** Aggregations within each other. */
  public static final int MAX_DEPTH = 4;

  /** Buckets of one TERMS. */
  public static final int MAX_LIMIT = 10_000;

  private static final int MAX_NAME = 100;
  private static final int MAX_PERCENTS = 100;
  private static final int MAX_DIGITS = 100;

  /** Periods of the calendar. */
  public static final List<String> CALENDAR =
      List.of("MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR");

  /** The built-in fields whose values can be read document by document. */
  private static final List<String> BUILT_IN =
      List.of(
          ServiceDocument.FIELD_NAME_SELF_LINK,
          ServiceDocument.FIELD_NAME_KIND,
          ServiceDocument.FIELD_NAME_VERSION,
          ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS,
          ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS);

  private static final Set<QueryOption> ALLOWED =
      EnumSet.of(
          QueryOption.ALLOW_SCAN,
          QueryOption.COUNT,
          QueryOption.DO_NOT_REFRESH,
          QueryOption.INCLUDE_ALL_VERSIONS,
          QueryOption.INCLUDE_DELETED,
          QueryOption.TASK,
          QueryOption.BROADCAST,
          QueryOption.OWNER_SELECTION,
          QueryOption.READ_AFTER_WRITE_CONSISTENCY,
          QueryOption.TIME_SNAPSHOT,
          QueryOption.INDEXED_METADATA);

  private static final List<String> FIELDS =
      Stream.of(Aggregation.class.getFields())
          .filter(field -> !java.lang.reflect.Modifier.isStatic(field.getModifiers()))
          .map(field -> field.getName())
          .sorted()
          .toList();

  private AggregationRules() {}

  /** Checks the aggregations of a specification, if it has any. */
  static void validate(QuerySpecification spec, EnumSet<QueryOption> options) {
    if (spec.aggregations == null) {
      return;
    }
    for (QueryOption option : options) {
      refuse(
          !ALLOWED.contains(option),
          "aggregations cannot be combined with %s: they are answered without documents",
          option);
    }
    boolean wantsDocuments =
        spec.resultLimit != null || spec.offset != null || spec.sortTerm != null;
    refuse(
        wantsDocuments,
        "aggregations are answered without documents: leave resultLimit, offset and sortTerm out");
    int count = validate(spec.aggregations, "aggregations", 1);
    refuse(
        count > MAX_AGGREGATIONS,
        "A query has at most %d aggregations, at all depths",
        MAX_AGGREGATIONS);
  }

  private static int validate(Map<String, Aggregation> all, String path, int depth) {
    refuse(all.isEmpty(), "%s must not be empty: name what is asked, or leave it out", path);
    refuse(depth > MAX_DEPTH, "Aggregations are within each other %d deep at most", MAX_DEPTH);
    int count = all.size();
    for (Map.Entry<String, Aggregation> each : all.entrySet()) {
      String name = each.getKey();
      refuse(
          name.isBlank() || name.length() > MAX_NAME,
          "%s: the name of an aggregation has 1 to %d characters",
          path,
          MAX_NAME);
      String inner = path + "." + name;
      Aggregation aggregation = each.getValue();
      if (aggregation == null) {
        throw new IllegalArgumentException(inner + " must not be null");
      }
      validate(aggregation, inner);
      if (aggregation.aggregations != null) {
        count += validate(aggregation.aggregations, inner + ".aggregations", depth + 1);
      }
    }
    return count;
  }

  private static void validate(Aggregation aggregation, String path) {
    String unknown = aggregation.unknownField();
    if (unknown != null) {
      String near =
          NearestName.of(FIELDS.stream(), unknown)
              .map(name -> "; did you mean " + name + "?")
              .orElse(": its fields are " + String.join(", ", FIELDS));
      throw new IllegalArgumentException("%s: unknown field: %s%s".formatted(path, unknown, near));
    }
    Aggregation.Type type = aggregation.type;
    if (type == null) {
      throw new IllegalArgumentException(
          "%s needs a type: one of %s".formatted(path, Arrays.toString(Aggregation.Type.values())));
    }
    String property = aggregation.propertyName;
    refuse(property == null || property.isEmpty(), "%s needs a propertyName", path);
    refuse(
        property != null
            && ServiceDocument.isBuiltInDocumentField(property)
            && !BUILT_IN.contains(property),
        "%s: of the built-in fields only %s have aggregations, not %s",
        path,
        BUILT_IN,
        property);
    requireOwnFields(aggregation, type, path);
    refuse(
        aggregation.aggregations != null && !type.isBuckets(),
        "%s: %s has no buckets, so it has no aggregations of its own",
        path,
        type);
    switch (type) {
      case PERCENTILES -> validatePercents(aggregation.percents, path);
      case HISTOGRAM -> {
        BigDecimal width = number(aggregation.interval, path, "interval");
        refuse(width.signum() <= 0, "%s: interval must be more than 0", path);
        if (aggregation.offset != null) {
          var _ = number(aggregation.offset, path, "offset");
        }
      }
      case DATE_HISTOGRAM -> validatePeriod(aggregation, path);
      case TERMS -> validateTerms(aggregation, path);
      default -> {}
    }
  }

  private static void requireOwnFields(
      Aggregation aggregation, Aggregation.Type type, String path) {
    requireOwn(
        aggregation.percents, type, EnumSet.of(Aggregation.Type.PERCENTILES), path, "percents");
    requireOwn(
        aggregation.interval,
        type,
        EnumSet.of(Aggregation.Type.HISTOGRAM, Aggregation.Type.DATE_HISTOGRAM),
        path,
        "interval");
    requireOwn(aggregation.offset, type, EnumSet.of(Aggregation.Type.HISTOGRAM), path, "offset");
    requireOwn(
        aggregation.timeZone, type, EnumSet.of(Aggregation.Type.DATE_HISTOGRAM), path, "timeZone");
    requireOwn(aggregation.limit, type, EnumSet.of(Aggregation.Type.TERMS), path, "limit");
    requireOwn(aggregation.orderBy, type, EnumSet.of(Aggregation.Type.TERMS), path, "orderBy");
    requireOwn(aggregation.sortOrder, type, EnumSet.of(Aggregation.Type.TERMS), path, "sortOrder");
  }

  private static void requireOwn(
      @Nullable Object value,
      Aggregation.Type type,
      Set<Aggregation.Type> owners,
      String path,
      String field) {
    refuse(value != null && !owners.contains(type), "%s: %s has no %s", path, type, field);
  }

  private static void validatePercents(@Nullable List<Double> percents, String path) {
    boolean fits =
        percents != null
            && !percents.isEmpty()
            && percents.size() <= MAX_PERCENTS
            && percents.stream().allMatch(one -> one != null && one >= 0 && one <= 100);
    refuse(!fits, "%s needs percents: 1 to %d numbers from 0 to 100", path, MAX_PERCENTS);
  }

  private static void validatePeriod(Aggregation aggregation, String path) {
    String interval = aggregation.interval;
    boolean calendar = CALENDAR.contains(interval);
    BigDecimal fixed =
        interval == null || calendar || !Numbers.isDuration(interval)
            ? null
            : Numbers.parseTime(interval);
    boolean fits =
        calendar || (fixed != null && fixed.signum() > 0 && Numbers.longOrNull(fixed) != null);
    refuse(
        !fits,
        "%s needs an interval: a length of time of a microsecond or more (PT15M), or one of %s",
        path,
        CALENDAR);
    if (aggregation.timeZone != null) {
      refuse(!calendar, "%s: a length of time knows no timeZone: use one of %s", path, CALENDAR);
      try {
        var _ = ZoneId.of(aggregation.timeZone);
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "%s: there is no time zone %s: name one as Europe/Berlin, +02:00 or UTC"
                .formatted(path, aggregation.timeZone),
            e);
      }
    }
  }

  private static void validateTerms(Aggregation aggregation, String path) {
    Integer limit = aggregation.limit;
    refuse(
        limit != null && (limit < 1 || limit > MAX_LIMIT),
        "%s: limit is from 1 to %d",
        path,
        MAX_LIMIT);
    String order = aggregation.orderBy;
    if (order == null
        || order.equals(Aggregation.BY_DOCUMENT_COUNT)
        || order.equals(Aggregation.BY_KEY)) {
      return;
    }
    Aggregation further =
        aggregation.aggregations == null ? null : aggregation.aggregations.get(order);
    boolean fits =
        further != null
            && further.type != null
            && !further.type.isBuckets()
            && further.type != Aggregation.Type.PERCENTILES;
    refuse(
        !fits,
        "%s: orderBy is %s, %s, or the name of one of its aggregations that gives one number, not %s",
        path,
        Aggregation.BY_DOCUMENT_COUNT,
        Aggregation.BY_KEY,
        order);
  }

  /**
   * Reads a number of an aggregation that was checked.
   *
   * @throws IllegalArgumentException if it is none, or has too many digits
   */
  private static BigDecimal number(@Nullable String text, String path, String field) {
    BigDecimal number = text == null ? null : Numbers.parse(text.strip());
    boolean fits =
        number != null
            && number.precision() <= MAX_DIGITS
            && Math.abs((long) number.scale()) <= MAX_DIGITS;
    refuse(!fits, "%s needs a number as %s, of %d digits at most", path, field, MAX_DIGITS);
    return Objects.requireNonNull(number);
  }

  @SuppressWarnings("AnnotateFormatMethod") // every message is a constant of this class
  private static void refuse(boolean wrong, String message, @Nullable Object... values) {
    if (wrong) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
