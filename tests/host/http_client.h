// HTTP byte by byte over a loopback socket: what a well-behaved client library would not send.
#ifndef DOSSIER_TESTS_HOST_HTTP_CLIENT_H_
#define DOSSIER_TESTS_HOST_HTTP_CLIENT_H_

#include <arpa/inet.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace dossier::host_test {

// Nothing here takes this long; a test that waits longer has found a hang.
inline constexpr std::chrono::seconds kPatience{30};

// Waits until `fd` has bytes or its end. False past the deadline.
inline bool WaitToRead(int fd, std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
  return left.count() > 0 && poll(&wanted, 1, static_cast<int>(left.count())) == 1;
}

struct Answer {
  int status = 0;       // 0: the connection ended before an answer was whole
  std::string headers;  // lines, each with its end
  std::string body;

  // The value of the header `name`, in any case; empty where there is none.
  std::string Header(std::string_view name) const {
    size_t line = 0;
    while (line < headers.size()) {
      const size_t end = headers.find("\r\n", line);
      const bool same = strncasecmp(headers.c_str() + line, name.data(), name.size()) == 0;
      if (same && headers.compare(line + name.size(), 2, ": ") == 0) {
        const size_t value = line + name.size() + 2;
        return headers.substr(value, end - value);
      }
      line = end + 2;
    }
    return "";
  }
};

class Connection {
 public:
  explicit Connection(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool connected() const { return connected_; }

  // False where the host has closed.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Says that nothing more will be sent; what comes is still read.
  void HalfClose() const { shutdown(fd_, SHUT_WR); }

  // The close leaves nothing behind that would keep the port: for thousands of them.
  void ResetOnClose() const {
    const linger none{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  }

  // Sends `bytes` a piece at a time, each after `pause`; false once the host has closed.
  bool SendSlowly(std::string_view bytes, size_t piece_bytes, std::chrono::milliseconds pause) {
    while (!bytes.empty()) {
      pollfd wanted{.fd = fd_, .events = POLLIN, .revents = 0};
      if (poll(&wanted, 1, static_cast<int>(pause.count())) != 0) return false;
      if (!Send(bytes.substr(0, piece_bytes))) return false;
      bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
    }
    return true;
  }

  // The next answer; "100 Continue" is one, without a body.
  Answer Read() {
    const size_t end = ReadUntil("\r\n\r\n");
    if (end == std::string::npos) return {};
    Answer answer;
    const std::string head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    if (head.compare(0, 9, "HTTP/1.1 ") != 0 && head.compare(0, 9, "HTTP/1.0 ") != 0) return {};
    answer.headers = head.substr(head.find("\r\n") + 2);
    const std::string length = answer.Header("Content-Length");
    const size_t body_bytes = length.empty() ? 0 : std::strtoul(length.c_str(), nullptr, 10);
    while (received_.size() < body_bytes) {
      if (!ReadSome()) return {};
    }
    answer.body = received_.substr(0, body_bytes);
    received_.erase(0, body_bytes);
    answer.status = std::atoi(head.c_str() + 9);
    return answer;
  }

  // True where the host closes and sends nothing more.
  bool Ends() {
    while (ReadSome()) {
    }
    return ended_ && received_.empty();
  }

 private:
  size_t ReadUntil(std::string_view mark) {
    size_t at = received_.find(mark);
    while (at == std::string::npos && ReadSome()) at = received_.find(mark);
    return at;
  }

  bool ReadSome() {
    char bytes[64 << 10];
    if (!WaitToRead(fd_, deadline_)) return false;
    const ssize_t count = recv(fd_, bytes, sizeof bytes, 0);
    if (count <= 0) ended_ = true;
    if (count > 0) received_.append(bytes, static_cast<size_t>(count));
    return count > 0;
  }

  const int fd_;
  const std::chrono::steady_clock::time_point deadline_ =
      std::chrono::steady_clock::now() + kPatience;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;  // and not yet read
};

// One request on a connection of its own.
inline Answer Exchange(uint16_t port, std::string_view request) {
  Connection connection(port);
  if (!connection.Send(request)) return {};
  return connection.Read();
}

// Percent-encodes everything that is not a letter or a digit.
inline std::string Encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z')) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace dossier::host_test

#endif  // DOSSIER_TESTS_HOST_HTTP_CLIENT_H_
