// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.service.DocumentService;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.client.DocumentCalls;
import io.cairn.service.failure.Refusal;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Documents that are made of a request of another type. */
class CreationTest {

  private static final String BOOKINGS = "/bookings";
  private static final String NAMED = "/named-bookings";

  enum Stage {
    OPEN,
    PAID
  }

  record Booking(
      @NotBlank String guest, @NotNull Instant booked, @Positive long price, Stage stage) {}

  record Book(@NotBlank String guest, @Positive int nights, @Nullable Stage stage) {
    Book {
      if ("none".equals(guest)) {
        throw new IllegalArgumentException("a guest has a name");
      }
    }
  }

  record Renamed(String documentSelfLink) {}

  private static TestHost host;

  private static DocumentService<Booking> bookings() {
    return DocumentService.of(Booking.class)
        .persistent()
        .states(
            Stage.class,
            Booking::stage,
            rules -> {
              rules.initial(Stage.OPEN);
              rules.from(Stage.OPEN).to(Stage.PAID);
            });
  }

  private static Booking booking(io.cairn.service.Request request, Book book) {
    if (book.guest().equals("banned")) {
      throw new Refusal(403, "not you");
    }
    long price = book.guest().equals("spoil") ? -1 : 90L * book.nights();
    return new Booking(book.guest(), request.now(), price, book.stage());
  }

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            it ->
                it.start(bookings().onCreate(Book.class, CreationTest::booking).at(BOOKINGS))
                    .start(
                        bookings()
                            .onCreate(Book.class, Book::guest, CreationTest::booking)
                            .at(NAMED)));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void serviceFillsInWhatTheRequestLeavesOut() throws Exception {
    Answer made =
        host.http().post(BOOKINGS, "{\"documentSelfLink\":\"one\",\"guest\":\"ann\",\"nights\":2}");
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.header("location")).isEqualTo(BOOKINGS + "/one");
    assertThat(made.header("etag")).isNotNull();
    Booking stored = host.documents(BOOKINGS, Booking.class).get("one");
    assertThat(stored.price()).isEqualTo(180);
    assertThat(stored.stage()).isEqualTo(Stage.OPEN);
    assertThat(made.text()).doesNotContain("nights");
  }

  @Test
  void bodyNamesTheDocumentThatDoesNotNameItself() {
    var named = host.documents(NAMED, Booking.class);
    assertThat(named.create(new Book("eve", 1, null))).isEqualTo(NAMED + "/eve");
    assertThat(named.create("other", new Book("eve", 1, null))).isEqualTo(NAMED + "/other");
    DocumentCalls<Booking> calls = host.host().client().call(Booking.class, NAMED);
    assertThat(calls.create(new Book("bob", 3, null)).state().price()).isEqualTo(270);
  }

  private static void refused(String body, int status, String said) throws Exception {
    Answer answer = host.http().post(BOOKINGS, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.text()).contains(said);
  }

  @Test
  void whatIsNoSuchRequestIsRefused() throws Exception {
    refused("{\"guest\":\" \",\"nights\":0}", 400, "nights must be greater than 0");
    refused("{\"guest\":\"ann\",\"nights\":\"two\"}", 400, "nights");
    refused("{\"guest\":\"none\",\"nights\":1}", 400, "a guest has a name");
    refused("{\"guest\":\"ann\",\"price\":1}", 400, "unknown field: price");
    refused("{\"guest\":\"banned\",\"nights\":1}", 403, "not you");
    refused("{\"guest\":\"ann\",\"nights\":1,\"stage\":\"PAID\"}", 400, "must be OPEN at first");
    refused("{\"guest\":\"spoil\",\"nights\":1}", 500, "made an invalid state");
    assertThat(host.documents(BOOKINGS, Booking.class).where("guest eq 'spoil'")).isEmpty();
  }

  @Test
  void descriptionTellsTheBody() throws Exception {
    assertThat(host.http().get(BOOKINGS + "/template").text())
        .contains("Makes a document", "CreationTest:Book\"");
  }

  @Test
  void contradictionsAreRefusedWhenTheServiceStarts() {
    var typed = bookings().onCreate(Book.class, CreationTest::booking).at("/never");
    assertThatThrownBy(() -> typed.onCreate(Book.class, CreationTest::booking))
        .hasMessageContaining("is there twice");
    assertThatThrownBy(
            () ->
                host.host()
                    .start(
                        bookings()
                            .onCreate((request, it) -> it)
                            .onCreate(Book.class, CreationTest::booking)
                            .at("/never")))
        .hasMessageContaining("makes the whole document");
    assertThatThrownBy(
            () ->
                host.host()
                    .start(
                        bookings()
                            .namedBy(Booking::guest)
                            .onCreate(Book.class, CreationTest::booking)
                            .at("/never")))
        .hasMessageContaining("give it the name");
    assertThatThrownBy(
            () ->
                host.host()
                    .start(
                        bookings()
                            .replaceable()
                            .with(ServiceOption.IDEMPOTENT_POST)
                            .onCreate(Book.class, CreationTest::booking)
                            .at("/never")))
        .hasMessageContaining("IDEMPOTENT_POST");
    assertThatThrownBy(
            () ->
                host.host()
                    .start(
                        bookings()
                            .onCreate(
                                Renamed.class,
                                (request, it) -> booking(request, new Book("x", 1, null)))
                            .at("/never")))
        .hasMessageContaining("a field that every document has");
  }
}
