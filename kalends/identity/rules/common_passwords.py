"""Passwords that everybody tries first; compared without regard to case. Our own list, kept short."""

_LIST = """
0123456789 01234567890 0987654321 1020304050 11223344 1122334455 112233445566 1212121212
123123123 1231231234 123412341234 1234512345 12345678 123456789 1234567890 123456789012
1234567891 12345678910 1234567899 1357924680 147258369 1472583690 159357456 1q2w3e4r 1q2w3e4r5t
1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 87654321 987654321 9876543210 a123456789 a1b2c3d4
a1b2c3d4e5 aa12345678 aaaabbbbcccc aabbccddee abc12345 abc123456 abc123abc123 abcabcabc abcd1234
abcde12345 abcdef123456 abcdefgh abcdefghi abcdefghij abcdefghijk admin123 admin1234 admin12345
admin123456 admin@123 admin@1234 adminadmin adminadmin1 administrator administrator1 android123
arsenal123 asdf1234 asdfasdf asdfasdfasdf asdfghjk asdfghjkl asdfghjkl1 asdfqwer1234 autumn2025
autumn2026 barcelona barcelona1 baseball baseball1 basketball basketball1 batman123 bharat123
blink182 blink1820 booking123 booking1234 butterfly butterfly1 changeme changeme1 changeme12
changeme123 changemenow changethis chelsea123 chocolate chocolate1 computer computer1
computer123 correct-horse-battery-staple correcthorsebatterystaple corvette cricket123
cricketlover default1 defaultpassword dragon123 dragon1234 facebook facebook1 facebook123
ferrari1 football football1 football123 ganesha123 goodmorning goodmorning1 google123 google1234
guest123 guest1234 guestguest hallbooking hallbooking1 hello123 hello1234 hello12345 hellohello
helloworld helloworld1 helloworld123 ihateyou1 iloveindia iloveme123 iloveyou iloveyou1
iloveyou12 iloveyou123 iloveyou1234 iloveyou2 iloveyoubaby india123 india1234 india12345
instagram instagram1 internet internet1 internet123 jaihind123 jaihind1947 january2026 jennifer
jennifer1 kalends123 kalends1234 kalendskalends krishna123 krishna1234 letmein1 letmein12
letmein123 letmein1234 letmeinnow letmeinplease liverpool liverpool1 lkjhgfdsa lovelove
loveyou123 master123 master1234 mercedes michael1 microsoft microsoft1 mnbvcxz1 monday123
monkey123 monkey1234 mumbai123 mustang1 mypassword mypassword1 mypassword123 newpassword
newpassword1 nothing123 omnamahshivaya p@ssw0rd p@ssw0rd1 p@ssw0rd123 p@ssword p@ssword1
p@ssword123 passw0rd passw0rd1 passw0rd12 passw0rd123 passw0rd1234 password password! password1
password12 password123 password1234 password12345 password123456 passwordpassword poiuytrewq
pokemon123 princess princess1 princess123 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc
qazwsxedcrfv qwe123qwe123 qwer1234 qwer1234qwer qwerty123 qwerty1234 qwerty12345 qwerty123456
qwertyqwerty qwertyui qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiopasdf root1234 rootpassword
rootroot sachin123 sachin1234 saibaba123 samsung123 samsung1234 secret123 secret1234
secretsecret shadow123 spiderman spiderman1 spring2025 spring2026 starwars starwars1 starwars123
summer2024 summer2025 summer2026 sunshine sunshine1 sunshine123 superadmin superadmin1 superman
superman1 superman123 supersecret supersecret1 superuser sysadmin1 temp1234 temporary temporary1
temppassword test1234 test12345 test123456 tester123 testing123 testing1234 testpassword
testtest thepassword toor1234 topsecret topsecret1 trustno1 trustno123 user1234 username
username1 username123 userpassword welcome1 welcome12 welcome123 welcome1234 welcome2024
welcome2025 welcome2026 welcome@123 welcomehome whatever whatever1 whatever123 whatsapp
whatsapp1 whatsapp123 windows10 winter2024 winter2025 winter2026 yourpassword zaq12wsx zaq1zaq1
zxcvbnm1 zxcvbnm123 zxcvbnm123456 zxcvbnmasdf
"""
COMMON = frozenset(_LIST.split())
