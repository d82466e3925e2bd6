// SPDX-License-Identifier: Apache-2.0
/**
 * Certificates, keys and trusted authorities, read from PEM files and read again when those change.
 */
@NullMarked
package io.cairn.net.tls;

import org.jspecify.annotations.NullMarked;
