// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.DocumentService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A record that changes finds the documents that its earlier form wrote, and drops nothing. */
class RecordChangeTest {
  private static final String BILLS = "/bills";
  private static final String TIPPED = "/tipped";
  private static final String BILL = BILLS + "/one";
  private static final String MERGE = "application/merge-patch+json";

  /** As it was. */
  @DocumentKind("test:Bill")
  record BillBefore(
      @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY) String customer,
      double total,
      String gone,
      List<ItemBefore> items) {}

  record ItemBefore(String sku, String colour) {}

  /** As it is. */
  @DocumentKind("test:Bill")
  record Bill(String customer, BigDecimal total, List<Item> items, Payment payment) {}

  record Item(String sku, BigDecimal price) {}

  sealed interface Payment permits Card, Cash {}

  record Card(String number) implements Payment {}

  record Cash(BigDecimal amount) implements Payment {}

  record Tip(BigDecimal amount) {}

  private DocumentService<?> service = DocumentService.of(Bill.class).persistent().at(BILLS);
  private final TestHost host = TestHost.start(running -> running.start(service));

  @AfterEach
  void stop() {
    host.close();
  }

  private void change(Class<?> type) {
    service = DocumentService.of(type).persistent().at(BILLS);
    host.restart();
  }

  private void startTipped() {
    host.host()
        .start(
            DocumentService.of(Bill.class)
                .on(
                    Tip.class,
                    (request, bill, tip) ->
                        new Bill(
                            bill.customer(),
                            bill.total().add(tip.amount()),
                            bill.items(),
                            bill.payment()))
                .at(TIPPED));
  }

  @Test
  void documentsOfAnotherFormAreFoundAsThePresentOneSays() throws IOException {
    change(BillBefore.class);
    succeed(
        host.http()
            .post(
                BILLS,
                """
                {"documentSelfLink":"one","customer":"ann","total":1.5,"gone":"x",
                 "items":[{"sku":"pen","colour":"red"}]}"""));
    Answer refused = host.http().get(BILLS + "?$filter=customer%20eq%20'ann'");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text())
        .contains("customer is not indexed: its field has PropertyIndexingOption.STORE_ONLY");
    change(Bill.class);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              assertThat(listing("$filter=customer%20eq%20'ann'")).contains(BILL);
              assertThat(listing("$filter=total%20eq%201.50")).contains(BILL);
              assertThat(listing("$filter=items.sku%20eq%20'pen'&$orderby=customer"))
                  .contains(BILL);
            });
    // What the stored document has from before may be sent again, and stays; nothing else may.
    String whole = host.http().get(BILL).text();
    assertThat(whole).contains("gone", "colour");
    assertThat(succeed(host.http().put(BILL, whole))).contains("gone", "colour");
    assertThat(host.http().get(BILL).text()).contains("gone", "colour");
    String kept = "; another version of the application has stored it";
    refuse(host.http().put(BILL, "{\"gone\":\"y\"}"), "unknown field: gone" + kept);
    refuse(host.http().patch(BILL, "{\"gone\":null}"), "unknown field: gone" + kept);
    refuse(
        host.http().send("PATCH", BILL, "{\"gone\":null}", "Content-Type", MERGE),
        "unknown field: gone" + kept);
  }

  @Test
  void fieldsThatTheRecordDoesNotHaveAreRefusedByPath() throws IOException {
    String bill =
        "{\"documentSelfLink\":\"one\",\"total\":1,\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]";
    refuse(
        host.http().post(BILLS, bill + ",\"custmer\":\"x\"}"),
        "unknown field: custmer; did you mean customer?");
    succeed(host.http().post(BILLS, bill + ",\"payment\":{\"type\":\"Card\",\"number\":\"4\"}}"));
    refuse(
        host.http().put(BILL, "{\"items\":[{\"sku\":\"a\",\"prise\":1}]}"),
        "unknown field: items[0].prise; did you mean items[0].price?");
    refuse(
        host.http().patch(BILL, "{\"totl\":2}", "Content-Type", MERGE),
        "unknown field: totl; did you mean total?");
    refuse(
        host.http()
            .patch(
                BILL,
                "[{\"op\":\"add\",\"path\":\"/items/1/prise\",\"value\":1}]",
                "Content-Type",
                "application/json-patch+json"),
        "unknown field: items[1].prise; did you mean items[1].price?");
    refuse(
        host.http().patch(BILL, "{\"payment\":{\"type\":\"Gold\"}}", "Content-Type", MERGE),
        "type 'Gold' is not one of Card, Cash");
    refuse(
        host.http().patch(BILL, "{\"items\":[{},{\"price\":\"dear\"}]}", "Content-Type", MERGE),
        "items[1].price");
    String cash =
        succeed(
            host.http()
                .patch(
                    BILL,
                    "{\"payment\":{\"type\":\"Cash\",\"amount\":2.50}}",
                    "Content-Type",
                    MERGE));
    assertThat(cash).contains("\"payment\":{\"type\":\"Cash\",\"amount\":2.50}");
    startTipped();
    succeed(host.http().post(TIPPED, bill + "}"));
    refuse(
        host.http().post(TIPPED + "/one", "{\"kind\":\"Tip\",\"amont\":1}"),
        "unknown field: amont; did you mean amount?");
    assertThat(succeed(host.http().post(TIPPED + "/one", "{\"kind\":\"Tip\",\"amount\":0.10}")))
        .contains("\"total\":1.10");
  }

  private String listing(String query) throws IOException {
    return succeed(host.http().get(BILLS + '?' + query));
  }

  private static String succeed(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text();
  }

  private static void refuse(Answer answer, String message) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.text()).contains(message).doesNotContain("io.cairn.testkit");
  }
}
