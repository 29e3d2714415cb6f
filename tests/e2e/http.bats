#!/usr/bin/env bats
# http-server and http-client at a terminal, with curl and with servers that are not ours; and
# dialogue-server, typed to.

load helpers

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p site/sub
    echo 'a secret' >secret
    echo 'a text' >site/a.txt
    echo '<p>here' >site/sub/index.html
    echo hidden >site/.hidden
    ln -s ../secret site/link
    head -c 300000 /dev/urandom >site/big
}

teardown() {
    stop_server
}

# What curl gets for a path, sent as it is: "STATUS TYPE".
asked() {
    curl --silent --path-as-is --max-time 10 --output body --write-out '%{http_code} %{content_type}' \
        "${@:2}" "http://127.0.0.1:$port$1"
}

# Sends its input as it is and shows what comes back.
typed() {
    nc -N -w 10 127.0.0.1 "$port"
}

@test "curl gets files, indices and lists, each with its type" {
    start_server http-server --root site
    run asked /a.txt
    assert_output '200 text/plain; charset=utf-8'
    assert_equal "$(<body)" 'a text'
    run asked /sub/
    assert_output '200 text/html; charset=utf-8'
    assert_equal "$(<body)" '<p>here'
    run asked /
    assert_output '200 text/plain; charset=utf-8'
    assert_equal "$(<body)" $'a.txt\nbig\nsub/'
    run asked /big
    assert_output '200 application/octet-stream'
    cmp body site/big
}

@test "nothing outside the folder is had, however it is asked for" {
    start_server http-server --root site
    for path in /../secret /%2e%2e/secret /..%2fsecret /sub/../../secret /%252e%252e/secret /link \
        /.hidden //secret /sub/../a.txt; do
        run asked "$path"
        assert_output --partial '404 '
        run grep -c secret body
        assert_output 0
    done
    for path in '/a.txt%00.html' '/%zz' '/%0d%0aX-Injected:1'; do
        run asked "$path"
        assert_output --partial '400 '
    done
}

@test "what is no GET and no HEAD is refused, and the answer arrives although the content is not read" {
    start_server http-server --root site
    run asked /a.txt --request DELETE
    assert_output --partial '405 '
    run asked /a.txt --header 'Expect:' --data-binary @site/big
    assert_output --partial '405 '
    run asked /a.txt --head
    assert_output --partial '200 '
    run asked / --header "X: $(head -c 9000 /dev/zero | tr '\0' x)"
    assert_output --partial '431 '
    run asked "/$(head -c 2000 /dev/zero | tr '\0' x)"
    assert_output --partial '414 '
}

@test "two requests in one segment get two answers, and a request can be typed" {
    start_server http-server --root site
    run typed <<<$'GET /a.txt HTTP/1.1\nHost: b\n\nHEAD /big HTTP/1.1\nHost: b\n'
    assert_line 'a text'
    assert_output --regexp 'Content-Length: 7.*a text.*Content-Length: 300000'
}

@test "what a stranger asks for does not command the terminal that shows it" {
    start_server http-server --root site
    run asked '/%c2%9b31m'
    assert_output --partial '404 '
    eventually grep -q ' /??31m 404$' "$server_log"
}

@test "a request that is not complete in time is answered 408, and a silent client is let go" {
    start_server http-server --root site --timeout 200ms
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET / HT' >&9
    run cat <&9
    assert_output --partial '408 Request Timeout'
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    run cat <&9
    assert_output ''
    exec 9>&-
}

@test "a file that shrinks while it is sent breaks the answer off, and is not taken for a whole one" {
    start_server http-server --root site
    head -c 50000000 /dev/zero >site/shrinking
    curl --silent --limit-rate 5M --max-time 20 --output body "http://127.0.0.1:$port/shrinking" 3>&- &
    local client=$! status=0
    eventually test -s body
    : >site/shrinking
    wait "$client" || status=$?
    assert_equal "$status" 18 # "transferred a partial file"
}

@test "our client fetches again and again on one connection, and says what it found" {
    start_server http-server --root site
    run program http-client --port "$port" --path /big --times 3 --brief
    assert_success
    assert_equal "$(sort -u <<<"$output")" \
        "status=200 bytes=300000 sha256=$(sha256sum <site/big | cut -d' ' -f1) type=application/octet-stream"
    stop_server
    assert_equal "$server_status" 0
    run tail -n 1 "$server_log"
    assert_output 'connections=1 requests=3 refused=0'
}

@test "our client fails with one line for what is missing, and for what is no HTTP" {
    start_server http-server --root site/a.txt
    run program http-client --port "$port"
    assert_success
    assert_output 'a text'
    run program http-client --port "$port" --path /nothing --brief
    assert_failure 1
    assert_line 'http-client: the server answers 404'
    stop_server
    start_server dialogue-server --play smtp
    run program http-client --port "$port"
    assert_failure 1
    assert_output 'http-client: what came is not a whole answer in HTTP/1'
}

@test "a folder that is not there: exit 1, one line" {
    run program http-server --root nowhere
    assert_failure 1
    assert_output 'http-server: cannot open nowhere: No such file or directory'
}

@test "a mail is typed out of order, and then right" {
    start_server dialogue-server --play smtp
    run typed <<<$'MAIL FROM:<a>\nHELO me\nmail from:<a>\nRCPT TO:<b>\nDATA\nQUIT\n..\n.\nQUIT\nNOOP'
    assert_output $'220 twinstack\r
503 not now\r
250 twinstack\r
250 sender taken\r
250 recipient taken\r
354 end with a dot on a line of its own\r
250 taken\r
221 goodbye\r'
    stop_server
    run tail -n 1 "$server_log"
    assert_output 'dialogues=1 lines=9 refusals=0'
}

@test "a Telnet client's requests are refused, and the login is typed" {
    start_server dialogue-server --play telnet
    run typed < <(printf '\xff\xfb\x18\xff\xfd\x03guest\r\nx\r\nlogout\r\n')
    assert_output --partial $'login: \xff\xfe\x18\xff\xfc\x03Password: '
    assert_output --partial 'Goodbye.'
}
