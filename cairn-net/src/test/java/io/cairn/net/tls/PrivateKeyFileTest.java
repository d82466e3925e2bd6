// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One key, as OpenSSL encrypts it with the passphrase "correct". */
class PrivateKeyFileTest {
  private static final String PLAIN =
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgivKKTECTjBEtFWmmRhC0EG/g9W/G/Sy0"
          + "8URHtF1aDyChRANCAASpkPM9Zl4hqJ71zUf0nT1YLxEDIxU3xkjhkgZGrTTcBhPhI28SAG+uhS+lJQ0MvY//8slwPQ4vDFKUUc0hc7T0";

  private static final String TRIPLE_DES =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHjME4GCSqGSIb3DQEFDTBBMCkGCSqGSIb3DQEFDDAcBAjMoorZrWGdeAICCAAw
      DAYIKoZIhvcNAgkFADAUBggqhkiG9w0DBwQIng2vd8WqtB8EgZB8gpZzHZ9Us3fD
      RgxYU1ean3TiQyROPM6VY4HRggaM3HSku9TwMfocylIs6cUByr6QeJ7hRa6lx8nU
      IGpCfaleNxKwN6mYEbc0+FR1GPEgeEzRhKHvXVzYaTk956bd+dReNp6Bb+oSw3gU
      04oRxvO8pdh/izShkz8sPHry47IDaNIlP42mF2F+uKIm9Rtsj3E=
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  private static final String AES_WITH_SHA512 =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhuKwvsEllGdgICCAAw
      DAYIKoZIhvcNAgsFADAdBglghkgBZQMEAQIEEAwrbKdN6IjWIwlVa/by5PcEgZBE
      1JFQ3V7qnMMAK+vwadN3EY0B6f7mblPJjK3Hb6iDVRF+1S5X7EDOY15Wq5RM6DUI
      KqL8GCwqoIwZgwEreKFui3X800P/ovFr6rqTJ8f1h9wr6Uw100BLkQdETXa9s589
      oT3K3x/Hw2rjc08Z6v8uGmMiYjyP9dEdcqavRQXv3b1hMh/qRyzY4Vd92me1H84=
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  private static final String PKCS12_SCHEME =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIGxMBwGCiqGSIb3DQEMAQMwDgQIDPw0sBg8c7QCAggABIGQbghCMh5oAPGgzzwF
      +K2piEsC/2+On4QPJf6aatbNtM2JVk6sabUe233ZF5Z3HnlRbtyli+jMzNPdjlRJ
      6mIUkPvnlo6DVjE3hs60LEKUef+zzcLjvzzRdsCQURNLXm786DUIcuJ1yREMq+2s
      xprX9I4Sfoux6os1OSwbkBOUfNQhHTaUHugXsG9K6sPARd9g
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  private static final String SCRYPT =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAhl+FrqLO5FgwICQAAC
      AQgCAQEwHQYJYIZIAWUDBAEqBBBNpZS525uLI/2IibcP+6isBIGQnM0V5HchR1wh
      ZPOzxGcsdDB70tb8dAsmV37o0uxkDHLuxstMkWUxhgSM7qDclel01/Jf+pRcnHwM
      mMRBbO+URZmBR7djI4C/8Qwwaum5KOaXW12IZfjPuh0xJ2oJ5yeym9+E1jjHgAnM
      FHQrnhcjnpUatZN1zbEJWuu4sfKlc4RW5Z9VC+5eRBO8Kz9Qj32i
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  @TempDir Path directory;

  static Stream<String> encryptedKeys() {
    return Stream.of(TRIPLE_DES, AES_WITH_SHA512, PKCS12_SCHEME);
  }

  private Path file(String pem) throws IOException {
    return Files.writeString(directory.resolve("key"), pem);
  }

  @ParameterizedTest
  @MethodSource("encryptedKeys")
  void passphraseOpensTheKey(String pem) throws Exception {
    assertThat(PrivateKeyFile.read(file(pem), "correct").getEncoded())
        .isEqualTo(
            PrivateKeyFile.read(
                    file("-----BEGIN PRIVATE KEY-----\n" + PLAIN + "\n-----END PRIVATE KEY-----"),
                    null)
                .getEncoded());
  }

  @ParameterizedTest
  @MethodSource("encryptedKeys")
  void otherPassphraseIsSaidToBeWrong(String pem) throws Exception {
    Path file = file(pem);
    assertThatThrownBy(() -> PrivateKeyFile.read(file, "wrong"))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageStartingWith("the passphrase does not open " + file);
  }

  @Test
  void unknownSchemeIsAnsweredWithTheCommandThatChangesIt() throws Exception {
    Path file = file(SCRYPT);
    assertThatThrownBy(() -> PrivateKeyFile.read(file, "correct"))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("openssl pkcs8 -topk8 -v2 aes-256-cbc -in " + file);
  }

  @Test
  void everyTruncationIsRefusedCleanly() throws Exception {
    byte[] whole = Base64.getMimeDecoder().decode(TRIPLE_DES.replaceAll("-----.*-----", ""));
    for (int length = 0; length < whole.length; length++) {
      String body = Base64.getEncoder().encodeToString(Arrays.copyOf(whole, length));
      Path file =
          file(
              "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                  + body
                  + "\n-----END ENCRYPTED PRIVATE KEY-----\n");
      assertThatThrownBy(() -> PrivateKeyFile.read(file, "correct"))
          .isInstanceOf(UnusableCertificateException.class);
    }
  }
}
