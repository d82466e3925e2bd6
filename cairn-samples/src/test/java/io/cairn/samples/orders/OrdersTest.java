// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OrdersTest {
  private static final String LINE = "{\"product\":\"tea\",\"quantity\":3,\"price\":3.25}";

  private static TestHost host;

  @BeforeAll
  static void start() {
    host = TestHost.start(fresh -> fresh.start(Orders.service()));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static String order(String body) throws Exception {
    Answer created = host.http().post(Orders.PATH, body);
    assertThat(created.status()).as(created.text()).isEqualTo(200);
    return created.json().get("documentSelfLink").asString();
  }

  private static JsonNode command(String link, String body, int status) throws Exception {
    Answer answer = host.http().post(link, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer.json();
  }

  @Test
  void anOrderIsFilledPaidAndShipped() throws Exception {
    String link = order("{\"customer\":\"Ada\"}");
    command(link, "{\"kind\":\"AddLine\",\"line\":" + LINE + "}", 200);
    assertThat(command(link, "{\"kind\":\"Pay\",\"amount\":9}", 400).get("message").asString())
        .isEqualTo("amount must be the total of 9.75");
    JsonNode paid = command(link, "{\"kind\":\"Pay\",\"amount\":9.75}", 200);
    assertThat(paid.get("status").asString()).isEqualTo("PAID");
    JsonNode shipped = command(link, "{\"kind\":\"Ship\",\"parcel\":\"P1\"}", 200);
    assertThat(shipped.get("status").asString()).isEqualTo("SHIPPED");
    JsonNode late = command(link, "{\"kind\":\"Cancel\"}", 409);
    assertThat(late.get("message").asString())
        .isEqualTo("Cancel is not possible while status is SHIPPED; nothing leads out of it");
  }

  @Test
  void anOrderTellsAllThatIsWrongWithIt() throws Exception {
    Answer refused =
        host.http()
            .post(
                Orders.PATH,
                "{\"customer\":\" \",\"lines\":["
                    + LINE
                    + ",{\"product\":\"\",\"quantity\":0,\"price\":0}]}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("message").asString())
        .isEqualTo(
            "customer must not be blank;"
                + " lines[1].price must be greater than or equal to 0.01;"
                + " lines[1].product must not be blank;"
                + " lines[1].quantity must be greater than 0");
  }

  @Test
  void anEmptyOrderIsNotPaid() throws Exception {
    String link = order("{\"customer\":\"Bob\"}");
    JsonNode refused = command(link, "{\"kind\":\"Pay\",\"amount\":7}", 409);
    assertThat(refused.get("message").asString())
        .isEqualTo("Pay is not possible: an order needs a line");
  }
}
