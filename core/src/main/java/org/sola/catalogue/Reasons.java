package org.sola.catalogue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** Failures of the network in plain words. */
final class Reasons {
    private Reasons() {}

    static String of(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "its host is not known here (is there a network, and a name server?)";
            }
        }
        if (failure instanceof Download.TroubleException) {
            return failure.getMessage();
        }
        if (failure instanceof ConnectException) {
            return "its host does not take the connection";
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return "its host did not answer in time";
        }
        if (failure instanceof HttpTimeoutException) {
            return "the server did not answer in time";
        }
        if (failure instanceof SSLException) {
            return "no secure connection: " + failure.getMessage();
        }
        String message = failure.getMessage();
        if ("closed".equals(message)) {
            return "nothing came for too long";
        }
        return message == null ? failure.getClass().getSimpleName() : "the transfer broke off (" + message + ")";
    }

    static String ofStatus(int status) {
        return switch (status) {
            case 401, 403 ->
                "the server does not give it to everybody (" + status + "); get it by hand as its authors' page says";
            case 404, 410 -> "the server has no such file (" + status + ")";
            case 407 -> "the proxy wants a name and a password (407); give them as http://NAME:PASSWORD@HOST:PORT";
            default -> "the server answers " + status;
        };
    }
}
