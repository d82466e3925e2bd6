// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QuerySpecification.SortOrder;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.SortValue;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Groups by a look at each item, as anybody would write them down; and random ones. */
final class PlainGroups {
  private static final String WITHOUT = "DocumentsWithoutResults";
  private static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(SpreadItems.Item.class);

  /** What to group by, and as what. */
  private static final Map<String, TypeName> BY =
      Map.of(
          "word", TypeName.STRING,
          "rank", TypeName.LONG,
          "weight", TypeName.DOUBLE,
          "tags.item", TypeName.STRING,
          "sizes.item", TypeName.LONG,
          "prices.item", TypeName.DOUBLE);

  private PlainGroups() {}

  /** Asks hosts for random groups, reads all pages of each through any, and holds them against. */
  static void compare(Map<String, JsonNode> items, Random random, int rounds, HttpProbe... hosts)
      throws IOException {
    for (int round = 0; round < rounds; round++) {
      QueryTask task =
          QueryTask.Builder.createDirectTask().setQuery(SpreadItems.randomQuery(random, 0)).build();
      shape(task.querySpec, random);
      String asked = DocumentJson.standard().toJson(task);
      Answer answer = hosts[round % hosts.length].post("/core/query-tasks", asked);
      assertThat(answer.status()).as("%s: %s", asked, answer).isEqualTo(200);
      Map<String, List<String>> read = new LinkedHashMap<>();
      for (JsonNode page = answer.json().get("results"); page != null; ) {
        for (Map.Entry<String, JsonNode> group : page.path("nextPageLinksPerGroup").properties()) {
          read.put(group.getKey(), links(group.getValue().asString(), random, hosts));
        }
        String next = page.path("nextPageLink").asString("");
        page = next.isEmpty() ? null : page(next, random, hosts);
      }
      Map<String, List<String>> expected = of(task.querySpec, items);
      assertThat(read).as(asked).isEqualTo(expected);
      assertThat(read.keySet()).as(asked).containsExactlyElementsOf(expected.keySet());
    }
  }

  private static JsonNode page(String link, Random random, HttpProbe... hosts) throws IOException {
    Answer page = hosts[random.nextInt(hosts.length)].get(link);
    assertThat(page.status()).as(page.toString()).isEqualTo(200);
    return page.json().get("results");
  }

  private static List<String> links(String first, Random random, HttpProbe... hosts)
      throws IOException {
    List<String> links = new ArrayList<>();
    for (String link = first; !link.isEmpty(); ) {
      JsonNode page = page(link, random, hosts);
      page.get("documentLinks").valueStream().map(JsonNode::asString).forEach(links::add);
      link = page.path("nextPageLink").asString("");
    }
    return links;
  }

  private static QueryTerm term(String name, TypeName type) {
    QueryTerm term = new QueryTerm();
    term.propertyName = name;
    term.propertyType = type;
    return term;
  }

  private static SortOrder direction(Random random) {
    return random.nextBoolean() ? SortOrder.ASC : SortOrder.DESC;
  }

  private static void shape(QuerySpecification specification, Random random) {
    List<String> names = BY.keySet().stream().sorted().toList();
    String by = names.get(random.nextInt(names.size()));
    specification.options.add(QueryOption.GROUP_BY);
    specification.groupByTerm = term(by, BY.get(by));
    specification.sortTerm =
        random.nextBoolean() ? term("rank", TypeName.LONG) : term("weight", TypeName.DOUBLE);
    specification.sortOrder = direction(random);
    specification.groupSortOrder = direction(random);
    if (random.nextInt(3) == 0) {
      specification.groupSortTerm = term("weight", TypeName.DOUBLE);
    }
    specification.groupResultLimit = random.nextBoolean() ? null : 1 + random.nextInt(4);
    specification.resultLimit = 5 + random.nextInt(60);
    specification.offset = random.nextInt(4) == 0 ? 2 : null;
  }

  private static Map<String, List<String>> of(
      QuerySpecification specification, Map<String, JsonNode> items) {
    QueryFilter filter = QueryFilter.create(specification.query);
    List<String> matching =
        items.keySet().stream()
            .filter(link -> filter.evaluate(items.get(link), DESCRIPTION))
            .sorted(
                order(items, specification.sortTerm, specification.sortOrder)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String link : matching) {
      for (String name : names(items.get(link), specification.groupByTerm)) {
        groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(link);
      }
    }
    Map<String, List<String>> ordered = new LinkedHashMap<>();
    groups.keySet().stream()
        .sorted(groupOrder(specification, groups, items))
        .forEach(
            name -> {
              List<String> links = groups.get(name);
              int offset = specification.offset == null ? 0 : specification.offset;
              ordered.put(name, links.subList(Math.min(offset, links.size()), links.size()));
            });
    return ordered;
  }

  private static Comparator<String> order(
      Map<String, JsonNode> items, QueryTerm term, SortOrder direction) {
    boolean descending = direction == SortOrder.DESC;
    Comparator<SortValue> ascending = Comparator.naturalOrder();
    return Comparator.comparing(
        link -> SortValue.of(items.get(link), DESCRIPTION, term, descending),
        Comparator.nullsLast(descending ? ascending.reversed() : ascending));
  }

  private static Comparator<String> groupOrder(
      QuerySpecification specification,
      Map<String, List<String>> groups,
      Map<String, JsonNode> items) {
    boolean numbers = specification.groupByTerm.propertyType != TypeName.STRING;
    Comparator<String> values =
        numbers
            ? Comparator.comparing(name -> new BigDecimal(name.equals(WITHOUT) ? "0" : name))
            : Comparator.naturalOrder();
    @Nullable QueryTerm by = specification.groupSortTerm;
    if (by == null) {
      boolean descending = specification.groupSortOrder == SortOrder.DESC;
      return Comparator.<String, Boolean>comparing(WITHOUT::equals)
          .thenComparing(descending ? values.reversed() : values);
    }
    Comparator<String> documents = order(items, by, specification.groupSortOrder);
    return Comparator.<String, String>comparing(
            name -> groups.get(name).stream().min(documents).orElseThrow(), documents)
        .thenComparing(WITHOUT::equals)
        .thenComparing(values);
  }

  private static Set<String> names(JsonNode item, QueryTerm term) {
    String name = term.propertyName;
    Set<String> names = new LinkedHashSet<>();
    if (name.endsWith(".item")) {
      item.path(name.substring(0, name.length() - 5))
          .valueStream()
          .forEach(value -> names.add(value.asString()));
    } else if (item.hasNonNull(name)) {
      names.add(
          term.propertyType == TypeName.DOUBLE
              ? Double.toString(item.get(name).asDouble())
              : item.get(name).asString());
    }
    return names.isEmpty() ? Set.of(WITHOUT) : names;
  }
}
